/* What the pages gain from JavaScript; all of them work without it. htmx is set up by the meta tag
   htmx-config in base.html, and nothing here is evaluated or injected (strict CSP). */
(() => {
  "use strict";

  const GUARDED = "form[data-guard-unsaved]";

  const focusOn = (element) => {
    if (!element.hasAttribute("tabindex")) element.setAttribute("tabindex", "-1");
    element.focus();
  };

  /* After a swap the reader continues at the new part: its errors, else its heading.
     data-keep-focus on the part leaves the focus where it is, for filters that act while typing. */
  const followSwap = (event) => {
    const old = event.detail.target;
    const part = (old && old.id && document.getElementById(old.id)) || event.target;
    if (!part || !part.querySelector || part.closest("[data-keep-focus]")) return;
    const goal = part.querySelector(".form-errors") || part.querySelector("h1, h2, h3, h4");
    if (goal) focusOn(goal);
  };

  /* An answer that htmx does not show must still be seen. */
  const showFailure = () => {
    const notice = document.getElementById("request-error");
    if (!notice) return;
    notice.hidden = false;
    focusOn(notice);
  };

  /* A form that was changed, or came back with errors (data-guard-unsaved="changed"), asks before
     the page is left; being sent is not being left. */
  let sent = null;
  const isLost = (form) => form.dataset.guardUnsaved === "changed" && form !== sent;
  const markChanged = (event) => {
    const form = event.target.closest && event.target.closest(GUARDED);
    if (form) form.dataset.guardUnsaved = "changed";
  };

  document.addEventListener("input", markChanged);
  document.addEventListener("change", markChanged);
  document.addEventListener("submit", (event) => {
    sent = event.defaultPrevented ? null : event.target;
  });

  /* What takes a while says so: data-busy names the note that is shown from the click until the
     next page is there. */
  const sayBusy = (element) => {
    const note = element && document.getElementById(element.dataset.busy);
    if (note) note.hidden = false;
  };
  document.addEventListener("submit", (event) => {
    if (!event.defaultPrevented) sayBusy(event.target.closest("[data-busy]"));
  });
  document.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    sayBusy(event.target.closest("a[data-busy]"));
  });
  window.addEventListener("pageshow", () => {
    sent = null;
    document.querySelectorAll("[data-busy]").forEach((element) => {
      document.getElementById(element.dataset.busy).hidden = true;
    });
  });
  window.addEventListener("beforeunload", (event) => {
    if ([...document.querySelectorAll(GUARDED)].some(isLost)) event.preventDefault();
  });

  const markSaved = (event) => {
    if (event.detail.successful && event.detail.elt.matches(GUARDED)) {
      event.detail.elt.dataset.guardUnsaved = "";
    }
  };

  document.addEventListener("DOMContentLoaded", () => {
    window.DKFDS.init();
    document.body.addEventListener("htmx:afterSettle", followSwap);
    document.body.addEventListener("htmx:afterRequest", markSaved);
    document.body.addEventListener("htmx:responseError", showFailure);
    document.body.addEventListener("htmx:sendError", showFailure);
    document.body.addEventListener("htmx:timeout", showFailure);
  });
})();
