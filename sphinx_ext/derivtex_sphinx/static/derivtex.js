(() => {
  /* MathJax makes every formula a stop of the Tab key. Those of derivations are hidden from
     assistive technology, which is given their text: the key must not lead into them. */
  const pass = () => {
    for (const stop of document.querySelectorAll('[aria-hidden="true"] mjx-container[tabindex="0"]')) {
      if (stop.closest('.derivation-block, [role="img"]')) stop.tabIndex = -1;
    }
  };
  const watched = { subtree: true, childList: true, attributeFilter: ["tabindex"] };
  new MutationObserver(pass).observe(document.body, watched);
  pass();

  /* The band over the line that a reference leads to: without this it is where the line would be
     if all were of one height. */
  const place = () => {
    const band = document.querySelector(".derivation-line:target");
    const block = band?.closest(".derivation-block");
    if (!block) return;
    const count = Number(block.style.getPropertyValue("--lines"));
    const tables = [...block.querySelectorAll("mjx-itable")];
    const table = tables.find((one) => one.children.length === count);
    const first = Number(band.style.getPropertyValue("--line"));
    const last = first + Number(band.style.getPropertyValue("--rows") || 1) - 1;
    const top = table?.children[first]?.getBoundingClientRect().top;
    const bottom = table?.children[last]?.getBoundingClientRect().bottom;
    if (top === undefined || bottom === undefined) return;
    band.style.top = `${top - block.getBoundingClientRect().top}px`;
    band.style.height = `${bottom - top}px`;
    band.scrollIntoView();
  };
  addEventListener("hashchange", place);
  addEventListener("load", () => window.MathJax?.startup?.promise?.then(place));
})();
