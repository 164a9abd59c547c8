-- Changes a text that all instances share, if one is named, and tells all texts to who does not know them as they are.
--
-- The idea: a hash of texts by name, with a version under the empty name. Who makes a change brings the version that it
-- leads to, which no other change has; so one word tells whether there is anything to be read.
--
-- KEYS  where the texts are kept
-- ARGV  the version that is known, or ''; the name of a text to change, or ''; the text that has to be there for that, or
--       '' if any may; what it is to be, or '' if there is to be none; the version that this leads to
-- Returns nothing if the known version is the current one; else names and texts in turn, the first being the version
local known, name, expected, text, next_version = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]

if name ~= '' and (expected == '' or redis.call('HGET', KEYS[1], name) == expected) then
  if text ~= '' then
    redis.call('HSET', KEYS[1], name, text, '', next_version)
  elseif redis.call('HDEL', KEYS[1], name) > 0 then
    redis.call('HSET', KEYS[1], '', next_version)
  end
end
local version = redis.call('HGET', KEYS[1], '') or ''
if version == known then
  return {}
end
local reply = {'', version}
for _, entry in ipairs(redis.call('HGETALL', KEYS[1])) do
  reply[#reply + 1] = entry
end
return reply
