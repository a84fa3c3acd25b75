"use strict";

/* Without this file every move is a link and a form; with it parties can be dragged and slots walked by keys. */
document.addEventListener("DOMContentLoaded", () => {
  const board = document.querySelector("[data-hb-calendar]");
  const chooser = document.querySelector("[data-hb-submit]");
  if (chooser) {
    chooser.addEventListener("change", () => chooser.form.submit());
  }
  if (!board) {
    return;
  }

  let dragged = null;
  const slotAt = (event) => event.target.closest("[data-slot]");
  const takes = (slot) =>
    slot && dragged && !("shut" in slot.dataset) && slot !== dragged.closest("[data-slot]");
  const unmark = () => board.querySelectorAll(".hb-over").forEach((slot) => slot.classList.remove("hb-over"));

  board.addEventListener("dragstart", (event) => {
    dragged = event.target.closest("[data-move]");
    if (dragged) {
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", dragged.dataset.move);
      dragged.classList.add("hb-dragged");
    }
  });
  board.addEventListener("dragover", (event) => {
    const slot = slotAt(event);
    unmark();
    if (takes(slot)) {
      event.preventDefault();
      slot.classList.add("hb-over");
    }
  });
  board.addEventListener("drop", (event) => {
    const slot = slotAt(event);
    if (takes(slot)) {
      event.preventDefault();
      const back = new URL(window.location.href);
      back.searchParams.set("date", slot.dataset.date);
      const query = new URLSearchParams({
        date: slot.dataset.date,
        slot: slot.dataset.slot,
        back: back.pathname + back.search,
      });
      window.location.assign(`${dragged.dataset.move}?${query}`);
    }
  });
  board.addEventListener("dragend", () => {
    unmark();
    if (dragged) {
      dragged.classList.remove("hb-dragged");
    }
    dragged = null;
  });

  /* Up and down walk within a day, left and right to the same slot of the next one that has a link. */
  const days = [...board.querySelectorAll(".hb-day")];
  const links = (part) => [...part.querySelectorAll("a.hb-open, a.hb-free-lane")];
  const sideways = (link, step) => {
    const slot = link.closest("[data-slot]");
    for (let at = days.indexOf(link.closest(".hb-day")) + step; days[at]; at += step) {
      const same = links(days[at]).find((other) => other.closest("[data-slot]").dataset.slot === slot.dataset.slot);
      if (same) {
        return same;
      }
    }
    return null;
  };
  board.addEventListener("keydown", (event) => {
    const link = event.target.closest("a.hb-open, a.hb-free-lane");
    if (!link || event.altKey || event.ctrlKey || event.metaKey) {
      return;
    }
    const own = links(link.closest(".hb-day"));
    const next = {
      ArrowUp: () => own[own.indexOf(link) - 1],
      ArrowDown: () => own[own.indexOf(link) + 1],
      ArrowLeft: () => sideways(link, -1),
      ArrowRight: () => sideways(link, 1),
    }[event.key];
    const target = next && next();
    if (target) {
      event.preventDefault();
      target.focus();
    }
  });
});
