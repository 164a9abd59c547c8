-- Corrects what an allowed decision charged, once it is known what the call really cost.
--
-- The idea: permits are given back where they were charged, never more than were, and never more than are still missing
-- there; so no limit lets more through than if the right cost had been charged at once. What a call cost in addition is
-- charged now, room or not: nobody can be un-served.
--   sliding_window  Gives back to the cell of the decision, if it is there and has not left the window. A cell that
--                   becomes empty is forgotten.
--   token_bucket    Other calls may have kept the level up, or the bucket may have been full meanwhile: how much of a
--                   charge has come back, the level does not tell. So all is taken as come back that could have,
--                   `permits` for each millisecond since the decision, and only the rest comes off the level. What a
--                   call cost in addition raises the level, at most to that of an empty bucket.
--   fixed_window    Gives back if the window of the decision is the one that is kept, and has not ended.
-- A limit to which all was given back is kept as nils, as if never charged. What is not changed is not written. What is kept
-- behind the limits of a policy that bans stays as it is.
--
-- KEYS  for each charge: where its limits are kept, packed as by acquire.lua
-- ARGV  now in ms, or '' for the server's clock; the time of the decision in ms; then for each charge: its policy
--       (packed as for acquire.lua), and by how much its cost is above what was charged (negative: below)
-- Returns nothing
local now, decided, policy_at, extra_at = tonumber(ARGV[1]), tonumber(ARGV[2]), 3, 4
local CELLS, MOST, BANNED, LIMIT_SIZE, BAN_SIZE = 64, 9007199254740991, 0, 3, 3
local abs, floor, ceil, min, max = math.abs, math.floor, math.ceil, math.min, math.max
local pack, unpack_limit = cmsgpack.pack, cmsgpack.unpack_limit

if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000 + floor(time[2] / 1000)
end

-- Each algorithm takes what is kept of a limit, where that starts, by how much the cost is above what was charged, and
-- the limit's window, permits and burst. It corrects what is kept, and returns whether it did, and the ms until all
-- permits are back.

local function sliding_window(kept, at, extra, window)
  local cell_ms = ceil(window / CELLS)
  local gone, changed = floor((now - window + 1) / cell_ms) - 1, extra > 0
  local oldest, newest, count, used, tail = nil, nil, 0, 0, ''
  local function add(cell, permits)
    if not newest then
      oldest, newest = cell, cell
    elseif cell > newest then
      newest, count, tail = cell, 0, tail .. pack(count, cell - newest)
    end
    count, used = count + permits, used + permits
  end
  if kept[at] then
    local cells, offset, cell, left, gap = kept[at + 4] .. pack(kept[at + 2], 1), 0, kept[at]
    repeat
      offset, left, gap = unpack_limit(cells, 2, offset)
      if cell > gone then
        if extra < 0 and cell == floor(decided / cell_ms) then
          left, changed = left + extra, true
        end
        if left > 0 then
          add(cell, left)
        end
      end
      cell = cell + gap
    until offset < 0
  end
  if extra > 0 and used < MOST then
    add(floor(now / cell_ms), min(extra, MOST - used))
  end
  if changed then
    if not newest then
      count, used, tail = nil, nil, nil
    end
    kept[at], kept[at + 1], kept[at + 2], kept[at + 3], kept[at + 4] = oldest, newest, count, used, tail
  end
  return changed, newest and (newest + 1) * cell_ms - 1 + window - now or 0
end

local function token_bucket(kept, at, extra, window, permits, burst)
  local time, level, full = kept[at] or now, kept[at + 1] or 0, burst * window
  level = min(level, full)
  if now > time then
    time, level = now, max(level - (now - time) * permits, 0)
  end
  local changed = extra > 0
  if extra > 0 then
    level = min(level + extra * window, full)
  else
    local back = min(-extra * window - max(time - decided, 0) * permits, level)
    if back > 0 then
      level, changed = level - back, true
    end
  end
  if changed and level > 0 then
    kept[at], kept[at + 1] = time, level
  elseif changed then
    kept[at], kept[at + 1] = nil, nil
  end
  return changed, level > 0 and time - now + ceil(level / permits) or 0
end

local function fixed_window(kept, at, extra, window)
  local start, used, changed = kept[at], kept[at + 1], extra > 0
  if not start or now >= start + window then
    start, used = now, 0
  end
  if extra > 0 then
    used = min(used + extra, MOST)
  elseif used > 0 and start <= decided and decided < start + window then
    used, changed = used + extra, true
  end
  if changed and used > 0 then
    kept[at], kept[at + 1] = start, used
  elseif changed then
    kept[at], kept[at + 1] = nil, nil
  end
  return changed, used > 0 and start + window - now or 0
end

-- Correct every limit of every charge, and write what has changed.
local algorithms, sizes = {sliding_window, token_bucket, fixed_window}, {5, 2, 2}
local values = redis.call('MGET', unpack(KEYS))
for i = 1, #KEYS do
  local policy, extra, kept = {cmsgpack.unpack(ARGV[policy_at])}, tonumber(ARGV[extra_at]), {}
  if values[i] then
    kept = {cmsgpack.unpack(values[i])}
  end
  local bans, algorithm = policy[1] < 0, abs(policy[1])
  local size, at, changed, ttl = sizes[algorithm], 1, false, 1
  for n = 2, bans and #policy - BAN_SIZE or #policy, LIMIT_SIZE do
    local corrected, reset_after = algorithms[algorithm](kept, at, extra, policy[n + 1], policy[n], policy[n + 2])
    changed, ttl, at = changed or corrected, max(ttl, reset_after), at + size
  end
  if bans then
    local count, time = kept[at], kept[at + 1]
    ttl, at = max(ttl, count and time + (count == BANNED and 0 or policy[#policy - 1]) - now or 0), at + 2
  end
  if changed and next(kept) then
    redis.call('SET', KEYS[i], pack(unpack(kept, 1, at - 1)), 'PX', ttl)
  elseif changed then
    redis.call('DEL', KEYS[i])
  end
  policy_at, extra_at = policy_at + 2, extra_at + 2
end
