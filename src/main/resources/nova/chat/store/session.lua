-- One session, as every operation finds and leaves it. The files of this directory are joined into one script, this one
-- first and perform.lua last: so a Redis that knows it knows it whole, and calls keep their order also where it does not.
--
-- KEYS  meta, log, messages, queue; where a message has a name of its own, also the key that remembers it
-- ARGV  the operation, schema, an epoch to begin if one must be begun, the time for people, how long things are kept (ms:
--       session, log, lease, names), bounds of the conversation (messages, bytes); then what the operation takes
-- Answers an array: a word, and what belongs to it.
--
-- Nothing is written before all that may be of a wrong type is read: such a key fails the call and changes nothing.
local meta, log, messages, queue, named = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local operation, schema, fresh_epoch, at = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local kept_ms, log_kept_ms, lease_ms, name_kept_ms = ARGV[5], ARGV[6], tonumber(ARGV[7]), ARGV[8]
local most_messages, most_bytes = tonumber(ARGV[9]), tonumber(ARGV[10])
local OWN = 11 -- where the operation's own arguments begin
local channel = string.sub(meta, 1, -1 - #':meta')
local STOPPED = '*' -- remembered under a message's name: a stop that overtook it

-- Redis's own clock: those of the replicas need not agree.
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)

-- Beside these: item, the running question in full, which only some operations need.
local FIELDS = { 'schema', 'owner', 'epoch', 'q', 'text', 'version', 'told', 'bytes', 'last',
  'begun', 'token', 'deadline', 'turn', 'from', 'given', 'departed', 'stop', 'master' }
local NUMBERS = { q = true, text = true, version = true, told = true, bytes = true, deadline = true, from = true }

local was, s = {}, {}
for i, value in ipairs(redis.call('HMGET', meta, unpack(FIELDS))) do
  if value then
    was[FIELDS[i]] = NUMBERS[FIELDS[i]] and tonumber(value) or value
    s[FIELDS[i]] = was[FIELDS[i]]
  end
end
local kept = { messages = redis.call('LLEN', messages), waiting = redis.call('LLEN', queue), log = redis.call('XLEN', log) }
local remembered = named and redis.call('GET', named)

if s.schema and tonumber(s.schema) > tonumber(schema) then
  return { 'newer', s.schema }
end
-- The version before this one kept a conversation and no log; its turn is not a running one.
if s.schema and tonumber(s.schema) < 2 then
  s = { schema = s.schema, owner = s.owner, bytes = s.bytes }
end
-- Redis may evict one key of a session and not the others: what has no owner any more is shown to nobody.
local has_leftovers = not s.schema and kept.messages + kept.waiting + kept.log > 0
if not s.schema then
  kept = { messages = 0, waiting = 0, log = 0 }
end
s.version, s.told = s.version or 0, s.told or 0
if kept.log == 0 then
  s.text = 0
end
if kept.messages == 0 then
  s.bytes = 0
end
local before = {}
for name, value in pairs(s) do
  before[name] = value
end

local operations = {}
local grown, must_read, is_called = {}, false, false -- what is told to those who listen
local touched = true -- whether the change keeps the session for another while

local function digits(number)
  return string.format('%.0f', number)
end

-- See Netstrings.
local function frame(text)
  return #text .. ':' .. text
end

local function unframe(text, from)
  local colon = string.find(text, ':', from, true)
  local last = colon + tonumber(string.sub(text, from, colon - 1))
  return string.sub(text, colon + 1, last), last + 1
end

-- Makes a session of one that has none, or only what another version or an eviction has left of it.
local function found()
  if has_leftovers then -- and only then: a script that has written is no longer stopped when memory is out
    redis.call('DEL', log, messages, queue)
  end
  s.schema = schema
end

local function new_epoch()
  if kept.log > 0 then
    redis.call('DEL', log)
    kept.log = 0
  end
  if s.epoch then -- whoever comes to a new one is shown all that waits; in the first, nothing does
    s.version = s.version + 1
    s.told = s.version
  end
  s.epoch, s.q, s.text = fresh_epoch, 0, 0
  must_read = true
end

local function save()
  local set, unset = {}, {}
  for _, name in ipairs(FIELDS) do
    local value = s[name]
    if value == nil and was[name] ~= nil then
      unset[#unset + 1] = name
    elseif value ~= was[name] then
      set[#set + 1] = name
      set[#set + 1] = NUMBERS[name] and digits(value) or value
    end
  end
  if #set > 0 then
    redis.call('HSET', meta, unpack(set))
  end
  if #unset > 0 then
    redis.call('HDEL', meta, unpack(unset))
  end
  if touched then
    for _, key in ipairs({ meta, messages, queue }) do
      redis.call('PEXPIRE', key, kept_ms)
    end
    -- A running turn's text is all that is left of it when its replica is lost, however late somebody comes to look.
    redis.call('PEXPIRE', log, s.token and kept_ms or log_kept_ms)
  end
end
