/*
 * What a response says of its caller's limits: the fields RateLimit-Policy and RateLimit, in the syntax of
 * draft-ietf-httpapi-ratelimit-headers-11:
 *
 *   RateLimit-Policy: "login-1m";q=5;w=60, "login-1h";q=20;w=3600      quota, and seconds until all of it is back
 *   RateLimit: "login-1m";r=3;t=37, "login-1h";r=18;t=3590             remaining, and seconds until more come back
 */

const MEMBER = /"([^"]+)"((?:;[a-z]+=\d+)*)/g;

/** The limits in the headers of a response that arrived at a time, by name. */
export function limitsIn(headers, at) {
	const quotas = members(headers.get("RateLimit-Policy"));
	const limits = new Map();
	for (const [name, { r, t = 0 }] of members(headers.get("RateLimit"))) {
		const { q, w } = quotas.get(name) ?? { q: r, w: t };
		limits.set(name, { permits: q, seconds: w, remaining: r, moreAt: at + t * 1000, fullAt: at + w * 1000 });
	}
	return limits;
}

/** How many permits are left for sure, if nobody else spends them. */
export function leftAtLeast(limit, now) {
	if (now >= limit.fullAt) {
		return limit.permits;
	}
	return Math.min(limit.permits, limit.remaining + (now >= limit.moreAt ? 1 : 0));
}

/** Whether a limit, such as "login-1m", is one of a policy's. */
export function belongs(name, policy) {
	return name === policy || (name.startsWith(policy + "-") && /^\d+(ms|s|m|h|d)$/.test(name.slice(policy.length + 1)));
}

function members(field) {
	const found = [...(field ?? "").matchAll(MEMBER)];
	return new Map(found.map(([, name, parameters]) => [name, Object.fromEntries(parameters.split(";").slice(1)
		.map((parameter) => parameter.split("="))
		.map(([key, value]) => [key, Number(value)]))]));
}
