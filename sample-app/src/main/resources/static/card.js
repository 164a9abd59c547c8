/* One policy: its gauges, the buttons that send calls, and its override. */

import { keys, override, state, takeBack } from "./actuator.js";
import { callOf, headersOf } from "./calls.js";
import { belongs, limitsIn } from "./fields.js";
import { exact, guessed, perWindow, show } from "./gauge.js";
import { time } from "./words.js";

export class Card {

	/**
	 * @param name the policy
	 * @param policy what Actuator says of it, or null
	 * @param page sends calls, and shows how things are after a change
	 */
	constructor(name, policy, page) {
		this.name = name;
		this.policy = policy;
		this.page = page;
		this.call = callOf(name, policy?.paths);
		this.limits = [];
		this.overrides = [];
		this.element = copy("card");
		this.#describe();
		this.#listen();
	}

	/** Takes in what Actuator says now, and asks it how the limits stand. */
	async refresh(policy) {
		const key = await this.#key();
		if (key) {
			const now = await state(this.name, key);
			this.mode = now.mode;
			this.overrides = [now.override, policy?.override].filter(Boolean);
			this.banned = now.bannedForMillis;
			this.limits = now.limits.map((limit) => exact(limit, Date.now()));
		}
	}

	/**
	 * Learns from the fields of answers what Actuator does not tell: of those that came at once, the one with the least
	 * left was the last.
	 */
	learn(answers) {
		const least = new Map();
		for (const answer of answers) {
			for (const [name, limit] of limitsIn(answer.headers, answer.at)) {
				if (belongs(name, this.name) && !(least.get(name)?.remaining < limit.remaining)) {
					least.set(name, limit);
				}
			}
		}
		if (least.size && this.limits.every((limit) => limit.guess)) {
			this.limits = [...least.values()].map(guessed);
		}
	}

	/** Shows what is known now. */
	render(now = Date.now()) {
		this.element.dataset.mode = this.mode ?? "";
		this.#part(".mode").textContent = this.mode ?? "";
		this.#part(".ban").hidden = !this.banned;
		this.#part(".ban").textContent = this.banned ? `Banned for ${time(this.banned)}: reset lifts the ban.` : "";
		const gauges = this.#part(".gauges");
		if (gauges.children.length !== this.limits.length || !this.limits.length) {
			gauges.replaceChildren(...this.limits.map(() => copy("gauge")), this.limits.length ? "" : this.#without());
		}
		this.limits.forEach((limit, i) => show(gauges.children[i], this.name, limit, now));
		this.#renderOverrides();
	}

	#without() {
		if (this.policy) {
			return this.mode === "off" ? "Calls are neither counted nor rejected." : "";
		}
		return this.call.key ? "Responses tell only when nothing is left." : "Send a call to see how your limits stand.";
	}

	/** Leaves buttons alone, which may have the keyboard, unless there is something new. */
	#renderOverrides() {
		const said = JSON.stringify(this.overrides);
		if (said !== this.said) {
			this.said = said;
			this.#part(".overrides").replaceChildren(...this.overrides.map((override) => this.#override(override)));
		}
	}

	#override(said) {
		const element = copy("override");
		element.querySelector("span").textContent = overridden(said);
		element.querySelector("button").addEventListener("click", () => this.#try(async () => {
			await takeBack(this.name, said.key);
			this.#part("summary").focus();
		}));
		return element;
	}

	#describe() {
		const { cost, key = [], algorithm, plans = {}, ban } = this.policy ?? {};
		this.#part("h2").textContent = this.name;
		this.#part(".algorithm").textContent = algorithm ?? "";
		this.#part(".about").textContent = [
			this.call && `${this.call.method} ${this.call.path(`{${this.call.choice?.label.toLowerCase()}}`)}`,
			this.policy && `counted by ${this.call?.key ? this.call.choice.label.toLowerCase() : key.join(", ")}`,
			this.call && this.call.policies[0] !== this.name && `same calls as ${this.call.policies[0]}`,
			cost && cost !== "1" && `costs ${cost} permits`,
			...Object.entries(plans).map(([plan, limits]) => `plan ${plan}: ${limits.map(perWindow).join(", ")}`),
			ban && `bans after ${ban}`,
		].filter(Boolean).join(" · ");
		this.element.setAttribute("aria-label", `Policy ${this.name}`);
		this.#part(".buttons").hidden = !this.call;
		this.#part(".reset").hidden = this.#part("details").hidden = !this.policy;
		if (this.call) {
			this.#part(".burst").textContent = `Send ${this.call.burst} at once`;
			this.#describeChoice();
		}
	}

	#describeChoice() {
		if (this.call.choice && this.call.policies[0] === this.name) {
			this.#part(".choice").hidden = false;
			this.#part(".choice span").textContent = this.call.choice.label;
			this.#part(".choice select").append(...this.call.choice.values.map((value) => new Option(value)));
		}
	}

	#listen() {
		this.#part(".one").addEventListener("click", () => this.page.send(this.call, 1));
		this.#part(".burst").addEventListener("click", () => this.page.send(this.call, this.call.burst));
		this.#part(".choice select").addEventListener("change", ({ target }) => this.#try(async () => {
			this.call.chosen = target.value;
			this.limits = [];
		}));
		this.#part(".reset").addEventListener("click", () => this.#try(async () => takeBack(this.name, await this.#key())));
		this.#part("form").addEventListener("submit", (event) => {
			event.preventDefault();
			this.#try(() => this.#apply(new FormData(event.target)));
		});
	}

	async #apply(form) {
		const changes = Object.fromEntries([...form].filter(([name, value]) => value && name !== "scope"));
		await override(this.name, form.get("scope") === "me" ? await this.#key() : null, changes);
		return "In force within 2 seconds.";
	}

	/** Does something, says how it went, and shows how things are then. */
	async #try(action) {
		const output = this.#part("output");
		try {
			output.textContent = await action() ?? "";
			delete output.dataset.failed;
		}
		catch (failure) {
			output.textContent = failure.message;
			output.dataset.failed = "";
			this.#part("details").open = true;
		}
		await this.page.show();
	}

	async #key() {
		return this.call?.key ? this.call.key(this.call.chosen) : (await keys(headersOf(this.call)))[this.policy.key.join()];
	}

	#part(selector) {
		return this.element.querySelector(selector);
	}

}

/** Who has what, until when, and why. */
export function overridden({ policy, key, limits, mode, until, reason }) {
	const who = key ? "For you: " : policy ? "For everyone: " : "All policies: ";
	const end = until ? ` until ${new Date(until).toLocaleTimeString("en", { hour12: false })}` : "";
	return who + [...limits, mode].filter(Boolean).join(", ") + end + (reason ? ` (${reason})` : "");
}

function copy(template) {
	return document.getElementById(template).content.firstElementChild.cloneNode(true);
}
