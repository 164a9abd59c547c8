/* The endpoint /actuator/ratelimits: how a caller's limits stand, overrides, and reset. */

const ENDPOINT = "/actuator/ratelimits";

const callers = new Map();

/** The store, all policies by name, and what overrides them for everyone. */
export function everything() {
	return ask("GET", []);
}

/** How the limits of a policy stand for one caller; charges nothing. */
export function state(policy, key) {
	return ask("GET", [policy, key]);
}

/** Changes the limits or the mode of a policy: for one caller, or without a key for everyone. */
export function override(policy, key, changes) {
	return ask("POST", [policy, key], changes);
}

/** Takes back what overrides a caller's limits, a policy, or without either all policies; forgets what the caller has spent. */
export function takeBack(policy, key) {
	return ask("DELETE", [policy, key]);
}

/** Under which keys this page is counted if it sends these headers: by what policies say as their key. */
export function keys(headers = {}) {
	const known = JSON.stringify(headers);
	if (!callers.has(known)) {
		callers.set(known, fetch("/caller", { headers }).then((response) => response.json()));
	}
	return callers.get(known);
}

/** A key may contain slashes, which stay. */
async function ask(method, path, body) {
	const segments = path.filter(Boolean).flatMap((part) => part.split("/")).map(encodeURIComponent);
	const response = await fetch([ENDPOINT, ...segments].join("/"), {
		method, cache: "no-store",
		...(body && { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }),
	});
	const text = await response.text();
	if (!response.ok) {
		throw new Error(reason(text) ?? `HTTP ${response.status}`);
	}
	return text ? JSON.parse(text) : null;
}

function reason(text) {
	try {
		const problem = JSON.parse(text);
		return problem.detail ?? problem.message ?? problem.error;
	}
	catch {
		return null;
	}
}
