-- Sends the requests of as many callers as the argument says in turn, and prints what came of them on one line:
--   result <requests> <duration in us> <status of 400 and more> <failures> <p50 in us> <p99 in us>

local callers
local requests = {}
local turn = 0

function init(arguments)
	callers = tonumber(arguments[1])
	for i = 1, callers do
		requests[i] = wrk.format("GET", nil, { ["X-Api-Key"] = "caller-" .. i })
	end
end

function request()
	turn = turn % callers + 1
	return requests[turn]
end

function done(summary, latency)
	local errors = summary.errors
	io.write(string.format("result %d %d %d %d %d %d\n", summary.requests, summary.duration, errors.status,
		errors.connect + errors.read + errors.write + errors.timeout, latency:percentile(50), latency:percentile(99)))
end
