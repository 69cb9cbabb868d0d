// The call page: a click on a turn, a word or the waveform plays from there.
"use strict";

const audio = document.querySelector("audio");
const wave = document.querySelector(".wave");
if (audio && wave) {
  const svg = wave.querySelector("svg");
  const cursor = svg.querySelector(".cursor");
  const seconds = Number(wave.dataset.seconds);
  const turns = [...document.querySelectorAll(".turn")];

  const playFrom = (second) => {
    audio.currentTime = Math.max(0, second);
    audio.play();
  };

  svg.addEventListener("click", (event) => {
    const box = svg.getBoundingClientRect();
    playFrom(((event.clientX - box.left) / box.width) * seconds);
  });
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
      if (audio.paused) audio.play(); else audio.pause();
    } else if (event.key === "ArrowLeft") audio.currentTime -= 3;
    else if (event.key === "ArrowRight") audio.currentTime += 3;
  });
}
