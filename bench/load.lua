-- SPDX-License-Identifier: MIT
-- Load for wrk: sends the requests of a file in turn, and says what came of it as one line of JSON.
--     wrk ... -s load.lua URL -- FILE
-- FILE has a request a line: METHOD PATH HEADER VALUE.
local requests, position = {}, 0
local threads = {}

function setup(thread)
  thread:set("number", #threads)
  table.insert(threads, thread)
end

function init(arguments)
  local lines = {}
  for line in io.lines(arguments[1]) do
    local method, path, header, value = line:match("^(%S+) (%S+) (%S+) (.*)$")
    table.insert(lines, wrk.format(method, path, { [header] = value, Host = "127.0.0.1", Accept = "application/json" }))
  end
  requests = lines
  -- The second thread begins in the middle, so that no request is sent twice before half of them were sent.
  position = number * math.floor(#lines / 2)
end

function request()
  position = position % #requests + 1
  return requests[position]
end

function done(summary, latency)
  io.write(string.format(
    '{"requests":%d,"microseconds":%d,"failed":%d,"status":%d,"p50":%d,"p99":%d}\n',
    summary.requests, summary.duration, summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout,
    summary.errors.status, latency:percentile(50), latency:percentile(99)))
end
