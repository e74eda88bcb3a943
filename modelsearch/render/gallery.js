"use strict";
(() => {
  const find = (id) => document.getElementById(id);
  const make = (tag, words, about = {}) => {
    const made = document.createElement(tag);
    if (words) made.textContent = words;
    for (const [name, value] of Object.entries(about)) made.setAttribute(name, value);
    return made;
  };
  const button = (words, press) => {
    const made = make("button", words, { type: "button" });
    made.addEventListener("click", press);
    return made;
  };
  const form = find("filter");
  const items = [...document.querySelectorAll("li")];
  const groups = [...document.querySelectorAll("section")];
  const facts = items.map((item) => ({
    item,
    model: item.dataset.model,
    kind: item.dataset.kind,
    epoch: item.dataset.epoch === "" ? null : Number(item.dataset.epoch),
    words: item.dataset.words.toLowerCase(),
  }));
  const shown = () => items.filter((item) => !item.hidden);
  const image = (item) => item.querySelector("img");
  const name = (item) => item.querySelector("figcaption").title;
  const file = (item) => name(item).split("/").pop();
  const title = (item) => [item.querySelector("summary").textContent, file(item)].join(" · ");

  // What the form says is shown.
  const value = (id) => (find(id) ? find(id).value.trim() : "");
  let waiting = 0;
  const filter = () => {
    waiting = 0;
    const words = value("words").toLowerCase().split(/\s+/).filter(Boolean);
    const model = value("model");
    const kind = value("kind");
    const least = value("least");
    const most = value("most");
    let count = 0;
    for (const one of facts) {
      const fits = (!model || one.model === model) && (!kind || one.kind === kind)
        && (!least || (one.epoch !== null && one.epoch >= Number(least)))
        && (!most || (one.epoch !== null && one.epoch <= Number(most)))
        && words.every((word) => one.words.includes(word));
      one.item.hidden = !fits;
      count += fits;
    }
    for (const list of document.querySelectorAll("ul.grid")) {
      list.hidden = !list.querySelector("li:not([hidden])");
      const above = list.previousElementSibling;
      if (above && above.tagName === "H3") above.hidden = list.hidden;
    }
    for (const group of groups) group.hidden = !group.querySelector("li:not([hidden])");
    find("count").textContent = count === items.length ? "" : `${count} of ${items.length} shown`;
  };
  const soon = () => { waiting = waiting || requestAnimationFrame(filter); };
  form.addEventListener("input", soon);
  form.addEventListener("reset", () => setTimeout(soon));
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;

  const open = (dialog, heading, ...content) => {
    const bar = make("div", "", { class: "bar" });
    bar.append(make("h2", heading), button("Close", () => dialog.close()));
    dialog.replaceChildren(bar, ...content);
    if (!dialog.open) dialog.showModal();
  };
  const copy = (item, kind) => {
    const made = make("img", "", { class: kind + (image(item).className ? " small" : "") });
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    made.src = (!still && image(item).dataset.moving) || image(item).src;
    made.alt = image(item).alt;
    return made;
  };
  const about = (item) => item.querySelector("dl").cloneNode(true);

  // One picture, and the ones before and after it.
  const viewer = find("viewer");
  let at = null;
  const view = (item) => {
    at = item;
    const steps = make("div", "", { class: "bar" });
    steps.append(button("← Before", () => step(-1)), button("After →", () => step(1)));
    open(viewer, title(item), copy(item, "large"), steps, about(item));
  };
  const step = (by) => {
    const all = shown().filter(image);
    const next = all[all.indexOf(at) + by];
    if (next) view(next);
  };
  viewer.addEventListener("keydown", (event) => {
    if (event.key === "ArrowLeft") step(-1);
    if (event.key === "ArrowRight") step(1);
  });
  viewer.addEventListener("close", () => at && at.querySelector("button.place").focus());

  // Two pictures, one over the other.
  const chosen = [];
  const tell = () => {
    const bar = find("chosen");
    bar.hidden = chosen.length === 0;
    const said = chosen.map((item) => title(item)).join("  |  ");
    bar.replaceChildren(make("span", said));
    if (chosen.length === 2) bar.append(button("Compare", compare));
    bar.append(button("Clear", () => { for (const item of [...chosen]) choose(item); }));
  };
  const choose = (item) => {
    const place = chosen.indexOf(item);
    if (place >= 0) chosen.splice(place, 1);
    else chosen.push(item);
    if (chosen.length > 2) chosen.shift().querySelector(".choose").ariaPressed = "false";
    item.querySelector(".choose").ariaPressed = String(place < 0);
    tell();
  };
  const compare = () => {
    const [first, second] = chosen;
    const over = make("div", "", { class: "over" });
    over.append(copy(first, ""), copy(second, ""), make("i"));
    const range = make("input", "", { type: "range", min: 0, max: 100, value: 50,
      "aria-label": "Where the first picture ends" });
    range.addEventListener("input", () => over.style.setProperty("--at", `${range.value}%`));
    over.addEventListener("pointermove", (event) => {
      if (!event.buttons) return;
      const box = over.getBoundingClientRect();
      range.value = (100 * (event.clientX - box.left)) / box.width;
      range.dispatchEvent(new Event("input"));
    });
    const two = make("div", "", { class: "two" });
    for (const item of chosen) {
      const side = make("div");
      side.append(make("strong", title(item)), about(item));
      two.append(side);
    }
    open(find("pair"), "Two pictures", over, range, two);
    range.focus();
  };

  // Two runs, epoch by epoch.
  const lists = [...document.querySelectorAll("ul[data-run]")];
  const choice = (label, at) => {
    const made = make("select", "", { "aria-label": label });
    lists.forEach((list, place) => made.append(make("option", list.dataset.run, { value: place })));
    made.selectedIndex = Math.min(at, lists.length - 1);
    return made;
  };
  const byEpoch = (list) => {
    const found = new Map();
    for (const item of list.children) {
      const epoch = item.querySelector("summary").textContent;
      if (image(item)) found.set(epoch, [...(found.get(epoch) || []), item]);
    }
    return found;
  };
  const shared = (first, second) => {
    const others = byEpoch(second);
    return [...byEpoch(first).keys()].filter((epoch) => others.has(epoch)).length;
  };
  const likest = () => { // the two runs that have most epochs in common
    let best = [0, 1, -1];
    lists.slice(0, 40).forEach((first, at) => lists.slice(at + 1, 40).forEach((second, after) => {
      const count = shared(first, second);
      if (count > best[2]) best = [at, at + 1 + after, count];
    }));
    return best;
  };
  const sides = () => {
    const chooser = make("div", "", { class: "two" });
    const [left, right] = likest();
    const selects = [choice("First run", left), choice("Second run", right)];
    chooser.append(...selects);
    const table = make("table");
    const draw = () => {
      const runs = selects.map((select) => byEpoch(lists[select.selectedIndex]));
      const order = (one) => Number((one.match(/\d+/) || [0])[0]);
      const epochs = [...new Set(runs.flatMap((run) => [...run.keys()]))].sort((a, b) => order(a) - order(b));
      const body = make("tbody");
      for (const epoch of epochs.slice(0, 500)) {
        const row = make("tr");
        row.append(make("th", epoch, { scope: "row" }));
        for (const run of runs) {
          const cell = make("td");
          for (const item of run.get(epoch) || []) {
            const shot = copy(item, "");
            shot.loading = "lazy";
            cell.append(shot, make("span", file(item)));
          }
          if (!cell.children.length) cell.textContent = "–";
          row.append(cell);
        }
        body.append(row);
      }
      table.replaceChildren(body);
    };
    for (const select of selects) select.addEventListener("change", draw);
    draw();
    open(find("sides"), "Two runs", chooser, table);
  };
  find("runs").addEventListener("click", sides);
  find("runs").hidden = lists.length < 2;

  // Pictures become buttons, and can be chosen.
  for (const item of items.filter(image)) {
    const place = item.querySelector(".place");
    const press = button("", () => view(item));
    press.className = "place";
    press.append(...place.childNodes);
    place.replaceWith(press);
    const pick = button("Compare", () => choose(item));
    pick.className = "choose";
    pick.ariaPressed = "false";
    item.querySelector("figcaption").append(make("br"), pick);
  }
})();
