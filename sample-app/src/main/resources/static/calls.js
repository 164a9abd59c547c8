/* The calls that the buttons send to the shop. What is chosen makes another caller, or asks for something else. */

export const CALLS = [
	{
		policies: ["api"], method: "GET", burst: 30,
		path: () => "/api/products",
	},
	{
		policies: ["login"], method: "POST", burst: 8,
		path: () => "/login",
		body: new URLSearchParams({ user: "alice", password: "guess" }),
	},
	{
		policies: ["partner", "partner-address"], method: "GET", burst: 30,
		path: () => "/v1/orders",
		choice: { label: "API key", values: ["key-of-acme", "key-of-globex"] },
		headers: (chosen) => ({ "X-Api-Key": chosen }),
	},
	{
		policies: ["reports"], method: "GET", burst: 6,
		path: (chosen) => `/reports/${chosen}`,
		choice: { label: "Branch", values: ["london", "paris", "tokyo"] },
		key: (chosen) => chosen,
	},
];

CALLS.forEach((call) => call.chosen = call.choice?.values[0]);

/** The call to which a policy applies: the one that is known to, else the first whose path fits; or undefined. */
export function callOf(name, paths = []) {
	return CALLS.find((call) => call.policies.includes(name))
		?? CALLS.find((call) => paths.some((path) => matches(path, call.path(call.chosen))));
}

/** Headers of a call as it is chosen. */
export function headersOf(call) {
	return call?.headers?.(call.chosen) ?? {};
}

/** Sends a call several times at once. The answers come when all are there. */
export function send(call, times) {
	return Promise.all(Array.from({ length: times }, () => sendOne(call)));
}

async function sendOne(call) {
	const text = `${call.method} ${call.path(call.chosen)}`;
	const response = await fetch(call.path(call.chosen), { method: call.method, headers: headersOf(call), body: call.body, cache: "no-store" });
	const body = await response.text();
	return { text, at: Date.now(), status: response.status, headers: response.headers, body, outcome: response.status === 429 ? "rejected" : "allowed" };
}

/** Enough of a path pattern: the same path, or one below what ends with two stars. */
function matches(pattern, path) {
	return pattern.endsWith("/**") ? (path + "/").startsWith(pattern.slice(0, -2)) : pattern === path;
}
