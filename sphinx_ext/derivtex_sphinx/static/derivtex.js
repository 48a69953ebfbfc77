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
    const row = table?.children[band.style.getPropertyValue("--line")]?.getBoundingClientRect();
    if (!row) return;
    band.style.top = `${row.top - block.getBoundingClientRect().top}px`;
    band.style.height = `${row.height}px`;
    band.scrollIntoView();
  };
  addEventListener("hashchange", place);
  addEventListener("load", () => window.MathJax?.startup?.promise?.then(place));
})();
