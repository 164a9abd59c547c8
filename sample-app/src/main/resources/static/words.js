/* Numbers and times for people. */

const UNITS = [["d", "day", 86400000], ["h", "hour", 3600000], ["m", "minute", 60000], ["s", "second", 1000], ["ms", "millisecond", 1]];

/** A number such as 10,000. */
export function many(number) {
	return number.toLocaleString("en");
}

/** A window as Actuator writes it ("15m") or in milliseconds: "15 minutes", or "minute" for one. */
export function period(text) {
	const [number, [, name]] = typeof text === "number" ? largest(text) : parsed(text);
	return number === 1 ? name : `${number} ${name}s`;
}

/** A time, rounded up: "42 s", "3 min 20 s", "1 h 5 min". */
export function time(milliseconds) {
	const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
	const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
	const parts = hours ? [[hours, "h"], [minutes, "min"]] : [[minutes, "min"], [seconds % 60, "s"]];
	return parts.filter(([number]) => number).map((part) => part.join(" ")).join(" ") || "0 s";
}

function parsed(text) {
	const [, number, unit] = /^(\d+)([a-z]+)$/.exec(text);
	return [Number(number), UNITS.find(([short]) => short === unit)];
}

function largest(milliseconds) {
	const unit = UNITS.find(([, , length]) => milliseconds % length === 0);
	return [milliseconds / unit[2], unit];
}
