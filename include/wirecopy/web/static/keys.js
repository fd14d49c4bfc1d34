// Keys for those who search all day: / to the search box, j and k through what is listed, o or Enter to open.
"use strict";
{
  const items = () => Array.from(document.querySelectorAll(".hit"));
  const linkOf = (item) => item.querySelector("h3 a, a");
  const isTyping = (element) => element.closest("input, textarea, select, [contenteditable]") !== null;

  const move = (step) => {
    const all = items();
    if (all.length === 0) return;
    const now = all.findIndex((item) => item.contains(document.activeElement));
    const next = now < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(now + step, 0), all.length - 1);
    const link = linkOf(all[next]);
    if (link === null) return;
    link.focus({ preventScroll: true });
    const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    all[next].scrollIntoView({ block: "nearest", behavior: calm ? "auto" : "smooth" });
  };

  const actions = {
    "/": () => {
      const box = document.querySelector("#q, #url");
      if (box === null) {
        window.location.assign(document.querySelector(".wordmark").href);
      } else {
        box.focus();
        box.select();
      }
    },
    j: () => move(1),
    k: () => move(-1),
    o: () => {
      const item = items().find((each) => each.contains(document.activeElement));
      if (item !== undefined && linkOf(item) !== null) linkOf(item).click();
    },
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "Escape" && isTyping(event.target)) {
      event.target.blur();
      return;
    }
    if (isTyping(event.target) || !Object.hasOwn(actions, event.key)) return;
    event.preventDefault();
    actions[event.key]();
  });

  document.querySelector(".keys").hidden = false;
}
