-- Charges permits to every limit of every charge of a call, or to none; for many calls at once, as if they came one by
-- one.
--
-- The idea: ask every limit of a call how often it fits; then charge all of them that often, or none, and tell how they
-- stand. What calls have in common is done once: equal calls are one call that is made several times, what is kept is
-- read by one command and unpacked when it is needed first, and what has changed is written once, at the end; so a script
-- that fails has written nothing. Each algorithm is one function on plain numbers, without tables of its own, which is
-- what makes a script fast; a call under a single limit asks and charges in one go.
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
-- A policy may ban clients. Calls that are rejected because a limit of this very policy has no permits left are counted.
-- As many as the ban says, within a time that starts with the first of them, begin a ban, by the last of them at once. Until
-- it ends, calls under the policy that cost something are rejected, and not counted. Two numbers are kept behind the limits:
-- how many rejections were counted, and when the first of them was; or BANNED, and when the ban ends. Counting changes
-- nothing of what is kept of the limits. Shadow mode neither counts nor bans.
--
-- KEYS  for each policy and caller, once: where its limits are kept, packed into one string
-- ARGV  now in ms, or '' for the server's clock; the calls, packed: for each, how often it is made (0: as often as the last
--       one that says how often is allowed, which it belongs to), the number of its charges, and for each of these the
--       positions of its key and its policy, and its cost; then each policy, packed: algorithm (negative if it bans), then
--       permits, window in ms and burst of each limit; and if it bans: after how many rejections, within how many ms, for
--       how many ms
-- Returns, packed, now in ms; then for each call: how often it is allowed; and for each limit of its charges, as it stands then:
--       permits remaining, and the ms until the same call has room once more (0: it has, or was always allowed; -1:
--       never), until more permits come back, and until all are back; and for a call that is made several times also the
--       level of a token bucket, 0 for others; and behind the limits of a policy that bans, for a call that does not belong to
--       another one, the ms until the ban ends (0: there is none), and how many of the calls came before it (-1: it was there
--       before all of them)
local now, calls, FIRST_POLICY = tonumber(ARGV[1]), {cmsgpack.unpack(ARGV[2])}, 3
local CELLS, NEVER, EARLIER, AS_OFTEN_AS_ALLOWED, BANNED, LIMIT_SIZE, BAN_SIZE = 64, -1, -1, 0, 0, 3, 3
local floor, ceil, max, min = math.floor, math.ceil, math.max, math.min
local pack, unpack_limit = cmsgpack.pack, cmsgpack.unpack_limit

if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000 + floor(time[2] / 1000)
end

local function fits(free, cost, most)
  if cost == 0 or cost * most <= free then
    return most
  elseif cost > free then
    return 0
  end
  local often = floor(free / cost)
  return often * cost > free and often - 1 or often
end

-- Each algorithm takes what is kept of a limit, where that starts, the limit's permits, window and burst, the cost, how
-- often to charge it at most, and whether to charge it, or only to ask. It brings what is kept up to now, and returns how
-- often the cost fits; and if it was charged that often, the permits that are free then, the ms until the cost has room
-- (if it has none), until more permits come back, and until all are back, and the level.

local function sliding_window(kept, at, permits, window, _, cost, most, charge)
  local cell = ceil(window / CELLS)
  local oldest, newest, used, tail = kept[at], kept[at + 1], kept[at + 3], kept[at + 4]
  local gone, offset, left, gap = floor((now - window + 1) / cell) - 1, 0
  if not newest or newest <= gone then
    newest, used = nil, 0
    kept[at], kept[at + 1], kept[at + 3], kept[at + 4] = nil, nil, 0, ''
  elseif oldest <= gone then
    while oldest <= gone do
      offset, left, gap = unpack_limit(tail, 2, offset)
      used, oldest = used - left, oldest + gap
    end
    tail = offset > 0 and tail:sub(offset + 1) or ''
    kept[at], kept[at + 3], kept[at + 4] = oldest, used, tail
  end
  local often = fits(permits - used, cost, most)
  if not charge then
    return often
  end
  local spent = often * cost
  if spent > 0 then
    local current = floor(now / cell)
    if not newest then
      oldest, newest, tail = current, current, ''
      kept[at], kept[at + 1], kept[at + 2] = current, current, spent
    elseif current > newest then
      tail = tail .. pack(kept[at + 2], current - newest)
      newest, kept[at + 1], kept[at + 2], kept[at + 4] = current, current, spent, tail
    else
      kept[at + 2] = kept[at + 2] + spent
    end
    used = used + spent
    kept[at + 3] = used
  elseif not newest then
    return often, permits, 0, 0, 0, 0
  end
  local free, wait, back = permits - used, cell - 1 + window - now, oldest
  local missing = cost - free
  offset = 0
  while missing > 0 and back < newest do
    offset, left, gap = unpack_limit(tail, 2, offset)
    missing = missing - left
    if missing > 0 then
      back = back + gap
    end
  end
  return often, free, back * cell + wait, oldest * cell + wait, newest * cell + wait, 0
end

local function token_bucket(kept, at, permits, window, burst, cost, most, charge)
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
  local often = fits(free, cost, most)
  if charge then
    level, free = level + often * cost * window, free - often * cost
  end
  kept[at], kept[at + 1] = time, level
  if not charge then
    return often
  elseif level == 0 then
    return often, free, 0, 0, 0, 0
  end
  local idle, over = time - now, level - full
  return often, free, idle + ceil((over + cost * window) / permits), idle + ceil((over + (free + 1) * window) / permits),
    idle + ceil(level / permits), level
end

local function fixed_window(kept, at, permits, window, _, cost, most, charge)
  local start, used = kept[at], kept[at + 1]
  if not start or now >= start + window then
    start, used = now, 0
  end
  local often = fits(permits - used, cost, most)
  if charge then
    used = used + often * cost
  end
  kept[at], kept[at + 1] = start, used
  local rest = used > 0 and start + window - now or 0
  return often, permits - used, rest, rest, rest, 0
end

-- What is kept behind the limits of a policy that bans.

local function ban_left(kept, ban)
  return kept[ban.at] == BANNED and max(kept[ban.at + 1] - now, 0) or 0
end

local function ban_matters_for(kept, ban)
  local count, time = kept[ban.at], kept[ban.at + 1]
  return count and max(time + (count == BANNED and 0 or ban.within) - now, 0) or 0
end

local function count_rejections(kept, ban, times)
  local count, since = kept[ban.at], kept[ban.at + 1]
  if not count or count == BANNED or now >= since + ban.within then
    count, since = 0, now
  end
  if count + times < ban.rejections then
    kept[ban.at], kept[ban.at + 1] = count + times, since
    return times
  end
  kept[ban.at], kept[ban.at + 1] = BANNED, now + ban.length
  return max(ban.rejections - 1 - count, 0)
end

-- Take the calls one by one.
local algorithms, sizes = {sliding_window, token_bucket, fixed_window}, {5, 2, 2}
local values, keeps, writes, written = redis.call('MGET', unpack(KEYS)), {}, {}, 0
local policies, reply, last, call_at, times, allowed = {}, {now}, 1, 1
for i = FIRST_POLICY, #ARGV do
  local policy = {cmsgpack.unpack(ARGV[i])}
  if policy[1] < 0 then
    local size, ban_at = #policy, #policy - BAN_SIZE + 1
    policy[1] = -policy[1]
    policy.ban = {at = 1 + sizes[policy[1]] * (ban_at - 2) / LIMIT_SIZE, rejections = policy[ban_at],
      within = policy[ban_at + 1], length = policy[size]}
    policy[ban_at], policy[ban_at + 1], policy[size] = nil, nil, nil
  end
  policies[i - FIRST_POLICY + 1] = policy
end
while calls[call_at] do
  local most, first, behind = allowed, call_at + 2, call_at + 2 + 3 * calls[call_at + 1]
  local belongs = calls[call_at] == AS_OFTEN_AS_ALLOWED
  if not belongs then
    times, most = calls[call_at], calls[call_at]
  end

  -- Ask every limit, if there are several.
  for charge_at = first, behind - 1, 3 do
    local key, policy, cost = calls[charge_at], policies[calls[charge_at + 1]], calls[charge_at + 2]
    local kept, at = keeps[key], 1
    if not kept then
      kept = values[key] and {cmsgpack.unpack(values[key])} or {}
      keeps[key] = kept
    end
    if policy.ban and not belongs and cost > 0 and ban_left(kept, policy.ban) > 0 then
      most = 0
    end
    if first + 3 < behind or policy[5] then
      local algorithm, size = algorithms[policy[1]], sizes[policy[1]]
      for n = 2, #policy, 3 do
        most = algorithm(kept, at, policy[n], policy[n + 1], policy[n + 2], cost, most)
        at = at + size
      end
    end
  end

  -- Charge them all or none, and tell how they stand.
  last = last + 1
  local allowed_at = last
  for charge_at = first, behind - 1, 3 do
    local key, policy, cost = calls[charge_at], policies[calls[charge_at + 1]], calls[charge_at + 2]
    local kept, algorithm, size, at, ttl = keeps[key], algorithms[policy[1]], sizes[policy[1]], 1, 1
    local ban, exhausted, counted = policy.ban, false, false
    for n = 2, #policy, 3 do
      local free, retry_after, more_after, reset_after, level
      most, free, retry_after, more_after, reset_after, level = algorithm(kept, at, policy[n], policy[n + 1],
        policy[n + 2], cost, most, true)
      if most == times or cost == 0 or cost <= free then
        retry_after = 0
      else
        exhausted = true
        if cost > policy[n + 2] then
          retry_after = NEVER
        end
      end
      reply[last + 1], reply[last + 2] = free > 0 and free or 0, retry_after
      reply[last + 3], reply[last + 4] = more_after, reset_after
      last, at = last + 4, at + size
      if times > 1 then
        last = last + 1
        reply[last] = level
      end
      if reset_after > ttl then
        ttl = reset_after
      end
    end
    if ban then
      at = at + 2
      if not belongs then
        local left, before = ban_left(kept, ban), EARLIER
        if left == 0 and exhausted then
          counted, before = true, most + count_rejections(kept, ban, times - most)
          left = ban_left(kept, ban)
        end
        reply[last + 1], reply[last + 2] = left, before
        last = last + 2
      end
      ttl = max(ttl, ban_matters_for(kept, ban))
    end
    if most * cost > 0 then
      values[key] = pack(unpack(kept, 1, at - 1))
    elseif counted then
      local last_kept = values[key] and {cmsgpack.unpack(values[key])} or {}
      for n = ban.at, at - 1 do
        last_kept[n] = kept[n]
      end
      values[key] = pack(unpack(last_kept, 1, at - 1))
    elseif values[key] and redis.call('PTTL', KEYS[key]) + 1 >= ttl then
      ttl = nil
    end
    if ttl and values[key] then
      written, writes[written + 1], writes[written + 2] = written + 2, key, ttl
    end
  end
  reply[allowed_at], call_at = most, behind
  if not belongs then
    allowed = most
  end
end

-- Write what has changed, and what has lost its TTL or comes back more slowly since permits were lowered.
local ttl, ttl_text
for i = 1, written, 2 do
  if writes[i + 1] ~= ttl then
    ttl = writes[i + 1]
    ttl_text = string.format('%.0f', ttl)
  end
  redis.call('SET', KEYS[writes[i]], values[writes[i]], 'PX', ttl_text)
end
return pack(reply)
