-- Begins a turn: checks or takes the owner, stores the question once, answers with what is kept.
--
-- KEYS  meta, messages
-- ARGV  schema, ttl (ms), most messages, most bytes, turn, question (JSON), its mark, owner ('' for none)
-- Answers {'stored', message, ...}, {'forbidden'} or {'newer', their schema}. Nothing is written before all is read:
-- a key of a wrong type fails the call and changes nothing.
local meta, messages = KEYS[1], KEYS[2]
local schema, ttl, most_messages, most_bytes = tonumber(ARGV[1]), ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local turn, question, mark, owner = ARGV[5], ARGV[6], ARGV[7], ARGV[8]

local known = redis.call('HMGET', meta, 'schema', 'owner', 'turn')
local kept = redis.call('LRANGE', messages, 0, -1)
if known[1] and tonumber(known[1]) > schema then
  return { 'newer', known[1] }
end
if known[2] and known[2] ~= owner then
  return { 'forbidden' }
end

-- Redis may evict one key of a session and not the other. Messages whose owner is lost are shown to nobody.
-- (Only if there are some: a script that has written is no longer stopped when memory is out.)
if not known[1] and #kept > 0 then
  redis.call('DEL', messages)
  kept = {}
end

-- The mark is the head of the JSON, which names role and turn: no message is parsed here. The sum is taken anew each
-- time, so it cannot drift.
local begun, bytes = known[3] == turn, 0
for _, message in ipairs(kept) do
  begun = begun or string.sub(message, 1, #mark) == mark
  bytes = bytes + #message
end
if not begun then
  redis.call('RPUSH', messages, question)
  redis.call('HSET', meta, 'schema', schema, 'turn', turn, 'state', 'running')
  kept[#kept + 1] = question
  bytes = bytes + #question
end
if owner ~= '' then
  redis.call('HSET', meta, 'owner', owner)
end

local dropped = 0
while #kept - dropped > 1 and (#kept - dropped > most_messages or bytes > most_bytes) do
  dropped = dropped + 1
  bytes = bytes - #kept[dropped]
end
if dropped > 0 then
  redis.call('LTRIM', messages, dropped, -1)
end
redis.call('HSET', meta, 'bytes', bytes)
redis.call('PEXPIRE', meta, ttl)
redis.call('PEXPIRE', messages, ttl)

local answer = { 'stored' }
for i = dropped + 1, #kept do
  answer[#answer + 1] = kept[i]
end
return answer
