/* MathJax makes every formula a stop of the Tab key. Those of derivations are hidden from assistive
   technology, which is given their text: the key must not lead into them. */
(() => {
  const pass = () => {
    for (const stop of document.querySelectorAll('[aria-hidden="true"] mjx-container[tabindex="0"]')) {
      if (stop.closest('.derivation-block, [role="img"]')) stop.tabIndex = -1;
    }
  };
  const watched = { subtree: true, childList: true, attributeFilter: ["tabindex"] };
  new MutationObserver(pass).observe(document.body, watched);
  pass();
})();
