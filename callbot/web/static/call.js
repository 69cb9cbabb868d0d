// The call page: a click on a turn, a word or the waveform plays from there.
"use strict";

const audio = document.querySelector("audio");
const wave = document.querySelector(".wave");
if (audio && wave) {
  const svg = wave.querySelector("svg");
  const cursor = svg.querySelector(".cursor");
  const seconds = Number(wave.dataset.seconds);
  const turns = [...document.querySelectorAll(".turn")];

  // Paused before it began, a browser breaks its promise to play.
  const play = () => audio.play().catch(() => {});
  const playFrom = (second) => {
    audio.currentTime = Math.max(0, second);
    play();
  };

  svg.addEventListener("click", (event) => {
    const box = svg.getBoundingClientRect();
    playFrom(((event.clientX - box.left) / box.width) * seconds);
  });
  // Words have no times of their own: where one stands in its turn tells about when it was spoken.
  const LEAD_MS = 300;
  const shareBefore = (line, event) => {
    const caret = document.caretRangeFromPoint?.(event.clientX, event.clientY)
      ?? document.caretPositionFromPoint?.(event.clientX, event.clientY);
    if (!caret) return 0;
    const before = document.createRange();
    before.setStart(line, 0);
    before.setEnd(caret.startContainer ?? caret.offsetNode, caret.startOffset ?? caret.offset);
    return before.toString().length / line.textContent.length;
  };
  for (const turn of turns) {
    const line = turn.querySelector("p");
    const from = Number(turn.dataset.from), to = Number(turn.dataset.to);
    line.classList.add("playable");
    line.addEventListener("click", (event) => {
      if (!getSelection().isCollapsed) return;
      playFrom(Math.max(from, from + shareBefore(line, event) * (to - from) - LEAD_MS) / 1000);
    });
  }
  for (const link of document.querySelectorAll("[data-play]")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      playFrom(Number(link.dataset.play) / 1000);
    });
  }

  const follow = () => {
    const at = audio.currentTime;
    const x = (at / seconds) * svg.viewBox.baseVal.width;
    cursor.setAttribute("x1", x);
    cursor.setAttribute("x2", x);
    for (const turn of turns) {
      turn.classList.toggle("now", at * 1000 >= Number(turn.dataset.from) && at * 1000 < Number(turn.dataset.to));
    }
  };
  audio.addEventListener("timeupdate", follow);
  audio.addEventListener("seeked", follow);

  const speed = document.querySelector("[data-speed]");
  speed.closest("label").hidden = false;
  speed.addEventListener("change", () => { audio.playbackRate = Number(speed.value); });

  document.addEventListener("keydown", (event) => {
    if (event.target.matches("input, textarea, select, button, audio, summary, a")) return;
    if (event.key === " ") {
      event.preventDefault();
      if (audio.paused) play(); else audio.pause();
    } else if (event.key === "ArrowLeft") audio.currentTime -= 3;
    else if (event.key === "ArrowRight") audio.currentTime += 3;
  });
}
