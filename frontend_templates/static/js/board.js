// The board by keyboard, and the panel beside it without leaving the page. Without script the same
// chips are plain links.
// One chip is the board's tab stop; arrows, Home and End move it, Enter opens, Escape closes the
// panel and goes back to the chip.
(() => {
  const board = () => document.querySelector('.board');
  const chips = (row) => [...row.querySelectorAll('.board-chip, .board-more')];
  const rows = () => [...board().querySelectorAll('.board-row')].filter((row) => chips(row).length);
  const day = (chip) => chip.closest('td').cellIndex;
  let place = null; // [row, day] of the tab stop, kept when the board is fetched again

  function stop(chip, focus) {
    board().querySelectorAll('.board-chip, .board-more').forEach((one) => {
      one.tabIndex = one === chip ? 0 : -1;
    });
    place = [rows().indexOf(chip.closest('.board-row')), day(chip)];
    if (focus) chip.focus();
  }

  function start() {
    if (!board() || !rows().length) return;
    const row = rows()[Math.min(place ? place[0] : 0, rows().length - 1)];
    stop(nearest(row, place ? place[1] : 0), false);
  }

  const nearest = (row, wanted) => {
    const away = (chip) => Math.abs(day(chip) - wanted);
    return chips(row).reduce((best, chip) => (away(chip) < away(best) ? chip : best));
  };

  function moved(chip, key) {
    const all = rows(), row = chip.closest('.board-row'), at = all.indexOf(row), here = chips(row);
    const column = here.indexOf(chip);
    const steps = {
      ArrowRight: here[column + 1],
      ArrowLeft: here[column - 1],
      Home: here[0],
      End: here[here.length - 1],
    };
    const jumps = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 };
    if (key in jumps) {
      const next = all[Math.max(0, Math.min(all.length - 1, at + jumps[key]))];
      return next === row ? null : nearest(next, day(chip));
    }
    return steps[key];
  }

  function open(chip) {
    const url = new URL(chip.href);
    url.pathname = url.pathname.replace(/\/$/, '/pick/');
    board().querySelectorAll('[aria-current=true]').forEach((one) => {
      one.removeAttribute('aria-current');
    });
    chip.setAttribute('aria-current', 'true');
    stop(chip, false);
    history.replaceState(null, '', chip.href);
    htmx.ajax('GET', url.pathname + url.search, { target: '#pick', swap: 'outerHTML' }).then(() => {
      const panel = document.getElementById('pick');
      if (panel && !panel.hidden) panel.querySelector('a, button').focus();
    });
  }

  function close(event) {
    const panel = document.getElementById('pick');
    if (!panel || panel.hidden || !board()) return;
    event.preventDefault();
    history.replaceState(null, '', panel.querySelector('[data-pick-close]').href);
    panel.hidden = true;
    const chosen = board().querySelector('[aria-current=true]');
    const chip = chosen || board().querySelector('[tabindex="0"]');
    board().querySelectorAll('.board-chip[aria-current]').forEach((one) => {
      one.removeAttribute('aria-current');
    });
    if (chip) stop(chip, true);
  }

  document.addEventListener('keydown', (event) => {
    const chip = event.target.closest && event.target.closest('.board-chip, .board-more');
    if (chip && !event.ctrlKey && !event.metaKey && !event.altKey) {
      const next = moved(chip, event.key);
      if (next) { event.preventDefault(); return stop(next, true); }
    }
    if (event.key === 'Escape') close(event);
  });
  document.addEventListener('click', (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || !event.target.closest) return;
    const chip = event.target.closest('.board-chip, .tray-shift');
    if (chip && board() && document.getElementById('pick')) { event.preventDefault(); open(chip); }
    if (event.target.closest('[data-pick-close]')) close(event);
  });
  document.addEventListener('htmx:after:swap', start);
  start();
})();
