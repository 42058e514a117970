// ARIA tabs: https://www.w3.org/WAI/ARIA/apg/patterns/tabs/. The chosen one is the fragment of the page's URL.

const STEPS = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity };

/** `onShow(name)` is called each time when a tab is shown. */
export function startTabs(tablist, onShow) {
  const tabs = [...tablist.querySelectorAll('[role="tab"]')];
  const nameOf = (tab) => tab.hash.slice(1);

  function show() {
    const wanted = tabs.find((tab) => tab.hash === location.hash) ?? tabs[0];
    for (const tab of tabs) {
      tab.setAttribute("aria-selected", tab === wanted);
      tab.tabIndex = tab === wanted ? 0 : -1;
      document.getElementById(tab.getAttribute("aria-controls")).hidden = tab !== wanted;
    }
    // On a phone, not all of them are in view.
    tablist.scrollLeft = wanted.offsetLeft - tablist.offsetLeft - (tablist.clientWidth - wanted.offsetWidth) / 2;
    onShow(nameOf(wanted));
  }

  tablist.addEventListener("keydown", (event) => {
    const from = tabs.indexOf(event.target);
    if (event.key === " " && from !== -1) {
      // Links follow Enter by themselves.
      event.preventDefault();
      event.target.click();
    }
    const step = STEPS[event.key];
    if (step === undefined || from === -1) return;
    event.preventDefault();
    const to = Number.isFinite(step) ? (from + step + tabs.length) % tabs.length : step < 0 ? 0 : tabs.length - 1;
    tabs[to].focus();
    // In the place of the last entry of the history: Back leaves the page, and does not replay the arrow keys.
    location.replace(tabs[to].hash);
  });
  addEventListener("hashchange", show);
  show();
}
