// What the pages need besides htmx: the stream that says "something changed", clocks, tabs, drafts that survive a redraw.
"use strict";
(() => {
  const body = document.body;
  const link = document.getElementById("link");
  const notice = document.getElementById("notice");
  body.classList.add("js");

  // --- the stream: it carries a number only; each page then fetches its own view
  let seen = null;
  function listen(address) {
    const source = new EventSource(address);
    const alive = () => { link.hidden = true; };
    source.addEventListener("changed", (event) => {
      alive();
      if (event.data !== seen) { seen = event.data; htmx.trigger("#view", "changed"); }
    });
    source.addEventListener("open", alive);
    source.addEventListener("error", () => {
      link.hidden = false;
      if (source.readyState === EventSource.CLOSED) { source.close(); setTimeout(() => listen(address), 1000 + Math.random() * 1000); }
    });
  }
  if (body.dataset.stream) { listen(body.dataset.stream); }

  // --- clocks: the server says how many seconds are left; the page counts them down
  const born = new WeakMap();
  function tick() {
    for (const clock of document.querySelectorAll("[data-left]")) {
      const key = clock.dataset.left + clock.dataset.mark;
      let start = born.get(clock);
      if (!start || start.key !== key) { start = { key, at: performance.now() }; born.set(clock, start); }
      const gone = clock.dataset.paused === "1" ? 0 : (performance.now() - start.at) / 1000;
      const left = Math.max(0, Math.round(Number(clock.dataset.left) - gone));
      const text = left > 0 ? Math.floor(left / 60) + ":" + String(left % 60).padStart(2, "0") : "time is up";
      if (clock.firstChild) { if (clock.firstChild.data !== text) { clock.firstChild.data = text; } } else { clock.textContent = text; }
      clock.classList.toggle("late", left < 60);
    }
  }
  setInterval(tick, 250);

  // --- tabs on a phone
  const places = ["situation", "map", "orders", "messages"];
  body.dataset.tab = places.includes(location.hash.slice(1)) ? location.hash.slice(1) : "situation";
  document.addEventListener("click", (event) => {
    const tab = event.target.closest(".tabs a");
    if (tab) {
      event.preventDefault();
      body.dataset.tab = tab.hash.slice(1);
      history.replaceState(null, "", tab.hash);
      window.scrollTo(0, 0);
    }
    if (event.target === notice) { notice.hidden = true; }
  });

  // --- drafts: what somebody is writing or choosing is not overwritten when the page is drawn again
  const dirty = new WeakSet();
  document.addEventListener("input", (event) => {
    const field = event.target;
    dirty.add(field);
    const shown = field.dataset.shows && document.getElementById(field.dataset.shows);
    if (shown) { shown.textContent = field.value + " %"; }
  });
  Idiomorph.defaults.callbacks.beforeNodeMorphed = (before) => !(before instanceof Element && dirty.has(before));
  Idiomorph.defaults.callbacks.beforeAttributeUpdated = (name, node) => !(name === "open" && node.tagName === "DETAILS");
  body.addEventListener("htmx:beforeSwap", (event) => {
    const form = event.detail.requestConfig && event.detail.requestConfig.elt;
    if (form instanceof HTMLFormElement && event.detail.xhr.status < 400) {
      for (const field of form.elements) {
        dirty.delete(field);
        if (field.dataset.clear !== undefined) { field.value = ""; }
      }
    }
  });
  // --- a new phase begins at the top of the page; after a turn a phone shows what happened, and then where to order
  const step = () => (document.querySelector(".phases [aria-current]") || {}).textContent;
  let phase = step();
  const tabs = { Orders: "orders", Reveal: "situation", Briefing: "situation", Debrief: "situation" };
  body.addEventListener("htmx:afterSwap", () => {
    tick();
    const now = step();
    const writing = document.activeElement instanceof HTMLTextAreaElement || document.activeElement instanceof HTMLInputElement;
    if (now === phase) { return; }
    phase = now;
    if (writing) { return; }
    if (tabs[now]) { body.dataset.tab = tabs[now]; }
    window.scrollTo(0, 0);
  });

  // --- refusals in words
  let hide = 0;
  function tell(text) {
    notice.textContent = text;
    notice.hidden = false;
    clearTimeout(hide);
    hide = setTimeout(() => { notice.hidden = true; }, 9000);
  }
  body.addEventListener("htmx:responseError", (event) => {
    const status = event.detail.xhr.status;
    const config = event.detail.requestConfig;
    if (status === 429 && config && config.verb === "get") {  // the page itself: it is fetched a little later, without a word
      setTimeout(() => htmx.trigger("#view", "changed"), 1000 * Number(event.detail.xhr.getResponseHeader("retry-after") || 1) + Math.random() * 1000);
      return;
    }
    if (status === 401) { location.assign("/"); return; }
    tell(event.detail.xhr.responseText.slice(0, 400));
  });
  body.addEventListener("htmx:sendError", () => { link.hidden = false; tell("The server did not answer. Nothing was sent; try again in a moment."); });

  const again = document.querySelector("[data-again]");
  if (again) { setTimeout(() => location.reload(), Number(again.dataset.again) + Math.random() * 1000); }
  for (const form of document.querySelectorAll("form[data-auto]")) { form.submit(); }
  tick();
})();
