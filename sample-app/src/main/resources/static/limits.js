/* The page: cards of policies, kept up to date, and what came back of the calls that they send. */

import { everything, keys, takeBack } from "./actuator.js";
import { CALLS, send } from "./calls.js";
import { Card, overridden } from "./card.js";
import { Tally, draw } from "./chart.js";
import { time } from "./words.js";

const part = (id) => document.getElementById(id);

const MAX_ROWS = 8;

const SHOWN = ["Content-Type", "RateLimit-Policy", "RateLimit", "Retry-After", "Cache-Control"];

const tally = new Tally();

const totals = { allowed: 0, rejected: 0 };

const actuator = await everything().catch(() => null);

const cards = (actuator ? Object.entries(actuator.policies) : CALLS.flatMap((call) => call.policies).map((name) => [name, null]))
	.map(([name, policy]) => new Card(name, policy, { send: act, show }));

part("policies").append(...cards.map((card) => card.element));
part("store").textContent = actuator?.store ?? "not told";
part("source").textContent = actuator ? "Actuator, every second" : "fields of responses";
part("you").textContent = (await keys()).ip;
if (!actuator) {
	notice("Actuator does not answer on this port, as it should be in production: how limits stand before you call, overrides and reset"
		+ " are not available here. The gauges show what the RateLimit fields of responses say: send a call.");
}
part("everywhere").querySelector("button").addEventListener("click", () => takeBack().then(show));
await tick();

/** Sends a call, and shows what came back. */
async function act(call, times) {
	try {
		const answers = await send(call, times);
		answers.forEach(({ outcome, at }) => {
			tally.add(outcome, at);
			totals[outcome]++;
		});
		cards.forEach((card) => card.learn(answers));
		showAnswers(answers);
	}
	catch (failure) {
		part("summary").textContent = `The shop does not answer: ${failure.message}`;
	}
	await show();
}

async function tick() {
	if (!document.hidden) {
		await show();
	}
	setTimeout(tick, 1000);
}

/** Shows how things are now. */
async function show() {
	if (actuator) {
		try {
			const now = await everything();
			await Promise.all(cards.map((card) => card.refresh(now.policies[card.name])));
			showOverrideOfAll(now.override);
			notice("");
		}
		catch (failure) {
			notice(`The gauges are not up to date: ${failure.message}`);
		}
	}
	cards.forEach((card) => card.render());
	draw(part("chart"), tally.last(Date.now()));
}

function showOverrideOfAll(override) {
	part("everywhere").hidden = !override;
	part("everywhere").querySelector("span").textContent = override ? overridden(override) : "";
}

function showAnswers(answers) {
	const groups = Map.groupBy(answers, (answer) => answer.status);
	const rows = [...groups.values()].map((group) => row(group.at(-1), group.length));
	part("calls").prepend(...rows);
	[...part("calls").children].slice(MAX_ROWS).forEach((old) => old.remove());
	part("calls").closest("table").hidden = false;
	const last = answers.find((answer) => answer.outcome === "rejected") ?? answers.at(-1);
	part("answer").textContent = asText(last);
	part("summary").textContent = summary(last, answers);
	for (const outcome of Object.keys(totals)) {
		part(outcome).textContent = totals[outcome];
	}
	part("chart").setAttribute("aria-label", `Since this page was opened: ${totals.allowed} calls allowed, ${totals.rejected} rejected`);
}

function summary({ text }, answers) {
	const rejected = answers.filter((answer) => answer.outcome === "rejected");
	const wait = rejected.at(-1)?.headers.get("Retry-After");
	return `${text}: ${answers.length - rejected.length} allowed, ${rejected.length} rejected${wait ? `, retry after ${time(wait * 1000)}` : ""}.`;
}

function row({ at, text, status, outcome, headers }, times) {
	const wait = headers.get("Retry-After");
	const row = document.createElement("tr");
	const cells = [new Date(at).toLocaleTimeString("en", { hour12: false }), text, `${status}`, wait ? `${wait} s` : "–"];
	row.append(...cells.map((content) => {
		const cell = document.createElement("td");
		cell.textContent = content;
		return cell;
	}));
	row.cells[2].innerHTML = `<span class="status">${status}</span>${times > 1 ? ` × ${times}` : ""}`;
	row.dataset.outcome = outcome;
	return row;
}

function asText({ status, headers, body }) {
	const fields = SHOWN.filter((name) => headers.has(name)).map((name) => `${name}: ${headers.get(name)}`);
	return [`HTTP ${status}`, ...fields, "", pretty(body)].join("\n");
}

function pretty(body) {
	try {
		return JSON.stringify(JSON.parse(body), null, 2);
	}
	catch {
		return body;
	}
}

/** The same once more would be read out once more. */
function notice(text) {
	if (part("notice").textContent !== text) {
		part("notice").textContent = text;
		part("notice").hidden = !text;
	}
}
