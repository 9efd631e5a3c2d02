-- The sessions that somebody should look after now; put off for a while, so that others find other ones.
--
-- KEYS  the index
-- ARGV  how many at most, how long they are put off (ms)
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, ARGV[1])
for _, session in ipairs(due) do
  redis.call('ZADD', KEYS[1], now + tonumber(ARGV[2]), session)
end
return due
