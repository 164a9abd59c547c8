/* The gauge of one limit: permits that are left, and when more come back. */

import { leftAtLeast } from "./fields.js";
import { many, period, time } from "./words.js";

/** A limit as people say it. */
export function perWindow({ permits, window, burst }) {
	return `${many(permits)} per ${period(window)}${burst === permits ? "" : `, ${many(burst)} at once`}`;
}

/** A limit as Actuator says that it stands at a time. */
export function exact({ permits, window, burst, remaining, replenishAfterMillis, resetAfterMillis }, at) {
	return {
		label: perWindow({ permits, window, burst }),
		permits: burst, left: () => remaining, moreAt: at + replenishAfterMillis, fullAt: at + resetAfterMillis,
	};
}

/** A limit as the fields of a response say that it stood. */
export function guessed({ permits, seconds, remaining, moreAt, fullAt }) {
	return {
		label: `${many(permits)} per ${period(seconds * 1000)}`, guess: true,
		permits, left: (now) => leftAtLeast({ permits, remaining, moreAt, fullAt }, now), moreAt, fullAt,
	};
}

/** Shows how a limit of a policy stands now. */
export function show(element, policy, limit, now) {
	const left = limit.left(now);
	const words = `${limit.guess && now < limit.fullAt ? "at least " : ""}${many(left)} of ${many(limit.permits)} left`;
	const gauge = element.querySelector(".gauge");
	gauge.style.setProperty("--left", Math.min(1, left / limit.permits));
	gauge.style.setProperty("--permits", limit.permits);
	gauge.dataset.level = left === 0 ? "empty" : left <= limit.permits / 4 ? "low" : "fine";
	gauge.classList.toggle("cells", limit.permits <= 30);
	gauge.ariaLabel = `${policy}, ${limit.label}`;
	gauge.ariaValueMax = limit.permits;
	gauge.ariaValueNow = left;
	gauge.ariaValueText = words;
	element.querySelector(".label").textContent = limit.label;
	element.querySelector(".left").textContent = words;
	element.querySelector(".when").textContent = when(limit, left, now);
}

function when({ permits, moreAt, fullAt }, left, now) {
	if (left >= permits) {
		return "full";
	}
	return (moreAt > now ? `more in ${time(moreAt - now)}, ` : "") + `full in ${time(fullAt - now)}`;
}
