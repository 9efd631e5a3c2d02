-- Notes that the question goes upstream.
--
-- takes    token
-- answers  departed messages; lost
operations['depart'] = function()
  if s.token ~= ARGV[OWN] then
    return { 'lost' }
  end
  s.departed = '1'
  s.deadline = now + lease_ms
  return { 'departed', redis.call('LRANGE', messages, 0, -1) }
end
