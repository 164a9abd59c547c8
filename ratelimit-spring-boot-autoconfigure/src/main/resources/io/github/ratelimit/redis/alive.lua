-- Says that an instance is alive, and counts those that are.
--
-- The idea: a sorted set of instances by the time at which each has said so last. Those that have not for a while are
-- forgotten, and so is the set if nobody does.
--
-- KEYS  where instances are kept
-- ARGV  now in ms, or '' for the server's clock; the instance; for how many ms it counts as alive
-- Returns, packed, how many are alive
local now, instance, lifetime_ms = tonumber(ARGV[1]), ARGV[2], tonumber(ARGV[3])

if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end

redis.call('ZADD', KEYS[1], now, instance)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - lifetime_ms)
redis.call('PEXPIRE', KEYS[1], lifetime_ms)
return cmsgpack.pack({redis.call('ZCARD', KEYS[1])})
