/* Calls per second of the last minute, as bars: allowed ones below, rejected ones on top of them. */

const SECONDS = 60;

const LEFT = 26;

const TOP = 8;

const WIDTH = 360 - LEFT;

const HEIGHT = 100;

/** Counts calls by second and outcome. */
export class Tally {

	#seconds = new Map();

	add(outcome, at) {
		const second = Math.floor(at / 1000);
		const counts = this.#seconds.get(second) ?? { allowed: 0, rejected: 0 };
		counts[outcome]++;
		this.#seconds.set(second, counts);
	}

	/** Counts of each second, the oldest first. */
	last(now) {
		const end = Math.floor(now / 1000);
		this.#seconds.forEach((_, second) => second <= end - SECONDS && this.#seconds.delete(second));
		return Array.from({ length: SECONDS }, (_, i) => this.#seconds.get(end - SECONDS + 1 + i) ?? { allowed: 0, rejected: 0 });
	}

}

/** Draws what a tally has counted. */
export function draw(svg, counts) {
	const top = scale(Math.max(...counts.map((count) => count.allowed + count.rejected)));
	const y = (calls) => TOP + HEIGHT * (1 - calls / top);
	svg.replaceChildren(
		...[0, top / 2, top].flatMap((calls) => [
			shape("path", { class: "grid", d: `M${LEFT} ${y(calls)}h${WIDTH}` }),
			shape("text", { x: LEFT - 5, y: y(calls) + 3.5, "text-anchor": "end" }, calls)]),
		...[60, 30, 0].map((ago) => shape("text", { x: LEFT + WIDTH * (1 - ago / SECONDS), y: TOP + HEIGHT + 17,
			"text-anchor": { 60: "start", 30: "middle", 0: "end" }[ago] }, ago ? `${ago} s ago` : "now")),
		shape("path", { class: "allowed", d: bars(counts, y, () => 0, (count) => count.allowed) }),
		shape("path", { class: "rejected", d: bars(counts, y, (count) => count.allowed, (count) => count.allowed + count.rejected) }));
}

function bars(counts, y, from, to) {
	const step = WIDTH / SECONDS;
	return counts.map((count, i) => to(count) > from(count)
		? `M${(LEFT + i * step + 0.5).toFixed(1)} ${y(from(count))}V${y(to(count))}h${(step - 1).toFixed(1)}V${y(from(count))}z` : "").join("");
}

/** The smallest of 4, 10, 20, 40, 100, … that has room for a number. */
function scale(number) {
	const steps = [4, 10, 20, 40, 100, 200, 400, 1000];
	return steps.find((step) => step >= number) ?? Math.ceil(number / 1000) * 1000;
}

function shape(name, attributes, text) {
	const element = document.createElementNS("http://www.w3.org/2000/svg", name);
	Object.entries(attributes).forEach(([key, value]) => element.setAttribute(key, value));
	element.textContent = text ?? "";
	return element;
}
