-- Adds counts of callers to those of the current minute, and tells the callers with the largest counts of some minutes.
--
-- The idea: a sorted set of callers for each minute, of which the largest counts are kept. Few callers make most calls, so
-- those that are left out change little.
--
-- KEYS  the sets of some minutes, the current one first
-- ARGV  for how many ms a set is kept; of how many callers is told, 0 for none; then callers and counts in turn
-- Returns callers and counts in turn, the largest count first
local lifetime_ms, most, FIRST_CALLER = tonumber(ARGV[1]), tonumber(ARGV[2]), 3
local KEPT, READ = 1000, 200

for i = FIRST_CALLER, #ARGV, 2 do
  redis.call('ZINCRBY', KEYS[1], ARGV[i + 1], ARGV[i])
end
if #ARGV >= FIRST_CALLER then
  redis.call('ZREMRANGEBYRANK', KEYS[1], 0, -KEPT - 1)
  redis.call('PEXPIRE', KEYS[1], lifetime_ms)
end
if most == 0 then
  return {}
end

local sums, callers, reply = {}, {}, {}
for _, key in ipairs(KEYS) do
  local counts = redis.call('ZREVRANGE', key, 0, READ - 1, 'WITHSCORES')
  for i = 1, #counts, 2 do
    local caller = counts[i]
    if not sums[caller] then
      callers[#callers + 1] = caller
    end
    sums[caller] = (sums[caller] or 0) + tonumber(counts[i + 1])
  end
end
table.sort(callers, function(one, other)
  return sums[one] > sums[other] or sums[one] == sums[other] and one < other
end)
for i = 1, math.min(most, #callers) do
  reply[2 * i - 1], reply[2 * i] = callers[i], string.format('%.0f', sums[callers[i]])
end
return reply
