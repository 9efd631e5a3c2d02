-- Performs the operation, saves what it changed, and tells those who listen.

-- Append and end renew their own lease, also a past one that nobody has taken away.
local renews = (operation == 'append' or operation == 'end') and s.token == ARGV[OWN]
if s.token and now >= s.deadline and not renews then
  abandon()
end
local answer = operations[operation]()

local is_changed = false
for _, name in ipairs(FIELDS) do
  is_changed = is_changed or s[name] ~= before[name]
end
if is_changed and s.schema then
  s.schema = schema
  save()
end

-- Last, and its failure is nobody's: an error in a script undoes nothing of what it has written.
local function publish(payload)
  redis.pcall('PUBLISH', channel, payload)
end
if must_read then
  publish(frame('changed'))
else
  for _, payload in ipairs(grown) do
    publish(payload)
  end
end
if is_called then
  publish(frame('called'))
end
return answer
