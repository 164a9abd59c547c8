-- Charges permits to every limit of every charge, or to none.
--
-- The idea: ask every limit how many permits it has free; then charge all of them or none, and report. Each algorithm is
-- one function for both passes, on plain numbers and without tables, which is what makes a script fast.
--   sliding_window  A window is cut into 64 cells of equal length, rounded up to whole milliseconds. A permit comes back
--                   when its whole cell has left the window. Kept are the oldest and the newest cell that are not empty,
--                   the newest one's count, the sum of all counts, and a tail: for each cell but the newest, oldest
--                   first, its count and the distance to the next. A call reads and writes the ends of the tail only.
--   token_bucket    The level is what is missing from a full bucket, counted in permits times milliseconds: a permit
--                   weighs as much as the window, and each millisecond takes `permits` off. So there are no fractions.
--                   Kept are the level and its time. (The leaky bucket as a meter, as in ITU-T I.371.) A level kept from
--                   a larger bucket counts as an empty one, so that nobody pays off at a low rate what a high one lent.
--   fixed_window    A window starts with its first call. Kept are its start and what was spent in it.
-- A limit that is kept as nils has nothing spent: so settle.lua leaves one to which all was given back.
-- Time that runs backwards gives nothing back: what is kept is never moved to an earlier time.
--
-- KEYS  for each charge: where its limits are kept, packed into one string
-- ARGV  now in ms, or '' for the server's clock; then for each charge: its policy (packed: algorithm, then permits,
--       window in ms and burst of each limit) and its cost
-- Returns 1 if allowed, else 0; now in ms; then for each limit: permits remaining, and the ms until the same charge has
--       room (0: it has, -1: never), until more permits come back, and until all are back
local now, policy_at, cost_at = tonumber(ARGV[1]), 2, 3
local CELLS, NEVER = 64, -1
local floor, ceil, pack, unpack_limit = math.floor, math.ceil, cmsgpack.pack, cmsgpack.unpack_limit

if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000 + floor(time[2] / 1000)
end

-- Each algorithm takes what is kept of a limit, where that starts, the limit's permits, window and burst, the cost, and
-- whether to charge it: nil only asks how many permits are free. It returns these; then the ms until the cost has room
-- (if it has none), until more permits come back, and until all are; and if it was charged, what to keep.

local function sliding_window(kept, at, permits, window, _, cost, charged)
  local cell = ceil(window / CELLS)
  local oldest, newest, count, used, tail = kept[at], kept[at + 1], kept[at + 2], kept[at + 3], kept[at + 4]
  local gone, offset, left, gap = floor((now - window + 1) / cell) - 1, 0
  if not newest or newest <= gone then
    used = 0
  else
    while oldest <= gone do
      offset, left, gap = unpack_limit(tail, 2, offset)
      used, oldest = used - left, oldest + gap
      if offset < 0 then
        tail, offset = '', 0
      end
    end
    if offset > 0 then
      tail = tail:sub(offset + 1)
    end
  end
  local free = permits - used
  if charged == nil then
    return free
  end
  local missing = charged and 0 or cost - free
  if charged then
    local current = floor(now / cell)
    if used == 0 then
      oldest, newest, count, tail = current, current, 0, ''
    elseif current > newest then
      newest, count, tail = current, 0, tail .. pack(count, current - newest)
    end
    count, used, free = count + cost, used + cost, free - cost
  elseif used == 0 then
    return free, 0, 0, 0
  end
  local wait, back = cell - 1 + window - now, oldest
  offset = 0
  while missing > 0 and back < newest do
    offset, left, gap = unpack_limit(tail, 2, offset)
    missing = missing - left
    if missing > 0 then
      back = back + gap
    end
  end
  return free, back * cell + wait, oldest * cell + wait, newest * cell + wait,
    charged and pack(oldest, newest, count, used, tail)
end

local function token_bucket(kept, at, permits, window, burst, cost, charged)
  local time, level, full = kept[at] or now, kept[at + 1] or 0, burst * window
  if level > full then
    level = full
  end
  if now > time then
    time, level = now, level - (now - time) * permits
    if level < 0 then
      level = 0
    end
  end
  local free = floor((full - level) / window)
  if charged == nil then
    return free
  elseif charged then
    level, free = level + cost * window, free - cost
  end
  if level == 0 then
    return free, 0, 0, 0
  end
  local idle, over = time - now, level - full
  return free, idle + ceil((over + cost * window) / permits), idle + ceil((over + (free + 1) * window) / permits),
    idle + ceil(level / permits), charged and pack(time, level)
end

local function fixed_window(kept, at, permits, window, _, cost, charged)
  local start, used = kept[at], kept[at + 1]
  if not start or now >= start + window then
    start, used = now, 0
  end
  if charged == nil then
    return permits - used
  elseif charged then
    used = used + cost
  end
  local rest = used > 0 and start + window - now or 0
  return permits - used, rest, rest, rest, charged and pack(start, used)
end

-- Ask every limit of every charge.
local algorithms, sizes = {sliding_window, token_bucket, fixed_window}, {5, 2, 2}
local values, policies, costs, keeps, allowed = redis.call('MGET', unpack(KEYS)), {}, {}, {}, true
for i = 1, #KEYS do
  local policy, cost, kept = {cmsgpack.unpack(ARGV[policy_at])}, tonumber(ARGV[cost_at]), {}
  if values[i] then
    kept = {cmsgpack.unpack(values[i])}
  end
  policies[i], costs[i], keeps[i] = policy, cost, kept
  local free, size, at = algorithms[policy[1]], sizes[policy[1]], 1
  for n = 2, #policy, 3 do
    if cost > 0 and cost > free(kept, at, policy[n], policy[n + 1], policy[n + 2], cost) then
      allowed = false
    end
    at = at + size
  end
  policy_at, cost_at = policy_at + 2, cost_at + 2
end

-- Charge them all or none, and say how they stand.
local reply, last = {allowed and 1 or 0, now}, 2
for i = 1, #KEYS do
  local policy, cost, kept = policies[i], costs[i], keeps[i]
  local charged, ttl, packed = allowed and cost > 0, 1
  local algorithm, size, at = algorithms[policy[1]], sizes[policy[1]], 1
  for n = 2, #policy, 3 do
    local free, retry_after, more_after, reset_after, keep = algorithm(kept, at, policy[n], policy[n + 1],
      policy[n + 2], cost, charged)
    if charged or cost == 0 or cost <= free then
      retry_after = 0
    elseif cost > policy[n + 2] then
      retry_after = NEVER
    end
    reply[last + 1], reply[last + 2] = free > 0 and free or 0, retry_after
    reply[last + 3], reply[last + 4] = more_after, reset_after
    last, at = last + 4, at + size
    if reset_after > ttl then
      ttl = reset_after
    end
    if charged then
      packed = packed and packed .. keep or keep
    end
  end
  if not packed and values[i] and redis.call('PTTL', KEYS[i]) + 1 < ttl then
    -- It was lost, or what was spent comes back more slowly since permits were lowered.
    packed = values[i]
  end
  if packed then
    redis.call('SET', KEYS[i], packed, 'PX', ttl)
  end
end
return reply
