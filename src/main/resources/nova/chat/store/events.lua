-- The log: a stream, one entry a batch, its ID the number of the last event in it. Fields: first, the number of the first;
-- then the events, see BatchCodec.
local MOST_PUBLISHED = 32768 -- bytes; beyond, viewers are told to read: a large message holds up all others' in Redis

local function size(fields, from)
  local bytes = 0
  for i = from, #fields do
    bytes = bytes + #fields[i]
  end
  return bytes
end

-- The oldest go when there is more than twice what one answer may hold. The newest stays, however large.
local function trim()
  while s.text > 2 * most_bytes and kept.log > 1 do
    local oldest = redis.call('XRANGE', log, '-', '+', 'COUNT', 1)[1]
    redis.call('XDEL', log, oldest[1])
    s.text = s.text - size(oldest[2], 3)
    kept.log = kept.log - 1
  end
end

-- Entries that go on where the log ends: each with first, last, fields.
local function append(entries)
  if #entries == 0 then
    return
  end
  local bytes, told = 0, { frame('grown'), frame(s.owner or ''), frame(s.epoch), frame(digits(entries[1].first)) }
  for _, entry in ipairs(entries) do
    redis.call('XADD', log, digits(entry.last) .. '-0', 'first', digits(entry.first), unpack(entry.fields))
    bytes = bytes + size(entry.fields, 1)
    kept.log, s.q = kept.log + 1, entry.last
    if bytes <= MOST_PUBLISHED then
      for _, field in ipairs(entry.fields) do
        told[#told + 1] = frame(field)
      end
    end
  end
  s.text = s.text + bytes
  trim()
  if bytes <= MOST_PUBLISHED then
    grown[#grown + 1] = table.concat(told)
  else
    must_read = true
  end
end

local function append_json(events)
  local fields = {}
  for _, event in ipairs(events) do
    fields[#fields + 1] = 'e'
    fields[#fields + 1] = event
  end
  if #events > 0 then
    append({ { first = s.q + 1, last = s.q + #events, fields = fields } })
  end
end

local function stopped_event(turn)
  return '{"kind":"end","turn":' .. cjson.encode(turn) .. ',"reason":"stopped"}'
end

local function interrupted_event(turn, ref)
  local named_so = ref ~= '' and ',"ref":' .. cjson.encode(ref) or ''
  return '{"kind":"failure","turn":' .. cjson.encode(turn) .. named_so .. ',"code":"interrupted","content":'
    .. '"The server that was answering was lost. What it had answered so far is kept; you can send your message again."}'
end

-- What the running turn has said so far: the inside of a JSON string literal.
local function text_of(turn)
  local pieces = {}
  for _, entry in ipairs(redis.call('XRANGE', log, digits(s.from + 1) .. '-0', '+')) do
    for i = 3, #entry[2], 2 do
      if string.match(entry[2][i], '^t [%d,]* (.*)$') == turn then
        pieces[#pieces + 1] = entry[2][i + 1]
      end
    end
  end
  return table.concat(pieces)
end
