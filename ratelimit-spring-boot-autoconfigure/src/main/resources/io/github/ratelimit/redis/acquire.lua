-- Charges permits to every limit of every charge, or to none.
--
-- The idea: look at all limits first and see how many permits each has free, then charge all of them or write nothing.
--   sliding-window  A window is cut into 64 cells of equal length, rounded up to whole milliseconds. A permit comes back
--                   when its whole cell has left the window. Kept are the oldest and the newest cell that are not empty,
--                   the newest one's count, the sum of all counts, and a tail: for each cell but the newest, oldest
--                   first, its count and the distance to the next. A call reads and writes the ends of the tail only.
--   token-bucket    The level is what is missing from a full bucket, counted in permits times milliseconds: a permit
--                   weighs as much as the window, and each millisecond takes `permits` off. So there are no fractions.
--                   Kept are the level and its time. (The leaky bucket as a meter, as in ITU-T I.371.)
--   fixed-window    A window starts with its first call. Kept are its start and what was spent in it.
-- Time that runs backwards gives nothing back: what is kept is never moved to an earlier time.
--
-- KEYS  for each charge: where its limits are kept, packed into one string
-- ARGV  now in ms, or '' for the server's clock; then for each charge: its policy (packed: algorithm, then permits,
--       window in ms and burst of each limit) and its cost
-- Returns 1 if allowed, else 0; then for each limit: permits remaining, and the ms until the same charge has room
--       (0: it has, -1: never), until more permits come back, and until all are back
local now, policy_of, cost_of = tonumber(ARGV[1]), function(i) return {cmsgpack.unpack(ARGV[2 * i])} end,
  function(i) return tonumber(ARGV[2 * i + 1]) end

local SLIDING_WINDOW, TOKEN_BUCKET, CELLS, NEVER = 0, 1, 64, -1
local floor, ceil, max = math.floor, math.ceil, math.max

if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000 + floor(time[2] / 1000)
end

-- Reads what is kept of a limit, forgets what has come back by now, and returns the permits that are free.
local function look(limit, kept, at)
  if limit.algorithm == SLIDING_WINDOW then
    limit.cell = ceil(limit.window / CELLS)
    limit.used = 0
    local gone = floor((now - limit.window + 1) / limit.cell) - 1
    local oldest, newest, count, used, tail = kept[at], kept[at + 1], kept[at + 2], kept[at + 3], kept[at + 4]
    if newest and newest > gone then
      local offset, left, gap = 0
      while oldest <= gone do
        offset, left, gap = cmsgpack.unpack_limit(tail, 2, offset)
        used, oldest = used - left, oldest + gap
        tail, offset = offset < 0 and '' or tail:sub(offset + 1), 0
      end
      limit.oldest, limit.newest, limit.count, limit.used, limit.tail = oldest, newest, count, used, tail
    end
    return limit.permits - limit.used
  elseif limit.algorithm == TOKEN_BUCKET then
    local time, level = kept[at] or now, kept[at + 1] or 0
    limit.time = max(time, now)
    limit.level = max(0, level - (limit.time - time) * limit.permits)
    return floor((limit.burst * limit.window - limit.level) / limit.window)
  end
  limit.start, limit.used = kept[at], kept[at + 1]
  if not limit.start or now >= limit.start + limit.window then
    limit.start, limit.used = now, 0
  end
  return limit.permits - limit.used
end

-- Takes the cost from a limit that has room for it.
local function charge(limit, cost)
  limit.free = limit.free - cost
  if limit.algorithm == TOKEN_BUCKET then
    limit.level = limit.level + cost * limit.window
    return
  end
  if limit.algorithm == SLIDING_WINDOW then
    local current = floor(now / limit.cell)
    if limit.used == 0 then
      limit.oldest, limit.newest, limit.count, limit.tail = current, current, 0, ''
    elseif current > limit.newest then
      limit.tail = limit.tail .. cmsgpack.pack(limit.count, current - limit.newest)
      limit.newest, limit.count = current, 0
    end
    limit.count = limit.count + cost
  end
  limit.used = limit.used + cost
end

-- What is kept of a limit.
local function pack(limit)
  if limit.algorithm == SLIDING_WINDOW then
    return cmsgpack.pack(limit.oldest, limit.newest, limit.count, limit.used, limit.tail)
  elseif limit.algorithm == TOKEN_BUCKET then
    return cmsgpack.pack(limit.time, limit.level)
  end
  return cmsgpack.pack(limit.start, limit.used)
end

-- The time until `missing` permits are free that now are not, until more are free, and until all are.
local function waits(limit, missing)
  if limit.algorithm == TOKEN_BUCKET then
    if limit.level == 0 then
      return 0, 0, 0
    end
    local idle, full = limit.time - now, limit.burst * limit.window
    local next_level = full - (limit.free + 1) * limit.window
    return idle + ceil((limit.level - full + (limit.free + missing) * limit.window) / limit.permits),
      idle + ceil((limit.level - next_level) / limit.permits), idle + ceil(limit.level / limit.permits)
  elseif limit.used == 0 then
    return 0, 0, 0
  elseif limit.algorithm == SLIDING_WINDOW then
    local until_gone = limit.cell - 1 + limit.window - now
    local cell, offset, left, gap = limit.oldest, 0
    while missing > 0 and cell < limit.newest do
      offset, left, gap = cmsgpack.unpack_limit(limit.tail, 2, offset)
      missing = missing - left
      cell = missing > 0 and cell + gap or cell
    end
    return cell * limit.cell + until_gone, limit.oldest * limit.cell + until_gone,
      limit.newest * limit.cell + until_gone
  end
  local rest = limit.start + limit.window - now
  return rest, rest, rest
end

-- Look at every limit of every charge.
local values, charges, allowed = redis.call('MGET', unpack(KEYS)), {}, true
for i = 1, #KEYS do
  local policy, cost, limits = policy_of(i), cost_of(i), {}
  local kept, size = values[i] and {cmsgpack.unpack(values[i])} or {}, policy[1] == SLIDING_WINDOW and 5 or 2
  for n = 1, (#policy - 1) / 3 do
    local limit = {algorithm = policy[1], permits = policy[3 * n - 1], window = policy[3 * n], burst = policy[3 * n + 1]}
    limit.free = look(limit, kept, (n - 1) * size + 1)
    limit.missing = cost > 0 and max(0, cost - limit.free) or 0
    allowed = allowed and limit.missing == 0
    limits[n] = limit
  end
  charges[i] = {cost = cost, limits = limits}
end

-- Charge them all or none, and say how they stand.
local reply = {allowed and 1 or 0}
for i, entry in ipairs(charges) do
  local written, packed, ttl = allowed and entry.cost > 0, '', 1
  for _, limit in ipairs(entry.limits) do
    if written then
      charge(limit, entry.cost)
      packed = packed .. pack(limit)
    end
    local retry_after, more_after, reset_after = waits(limit, limit.missing)
    if limit.missing == 0 then
      retry_after = 0
    elseif entry.cost > limit.burst then
      retry_after = NEVER
    end
    local at = #reply
    reply[at + 1], reply[at + 2], reply[at + 3], reply[at + 4] = max(0, limit.free), retry_after, more_after, reset_after
    ttl = max(ttl, reset_after)
  end
  if not written and values[i] and redis.call('PTTL', KEYS[i]) == -1 then
    written, packed = true, values[i]
  end
  if written then
    redis.call('SET', KEYS[i], packed, 'PX', ttl)
  end
end
return reply
