-- Notes when somebody should look after a session: the newest word counts.
--
-- KEYS  the index
-- ARGV  session, from now (ms), how long the index is kept (ms)
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
redis.call('ZADD', KEYS[1], now + tonumber(ARGV[2]), ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return {}
