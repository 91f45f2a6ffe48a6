// SPDX-License-Identifier: GPL-2.0-or-later
//
// The server makes the page; this has it make the changing part again each
// second, and puts in what is new of it, so that what is selected or has the
// focus stays.
'use strict';

function morph(from, to) {
    if (from.nodeName !== to.nodeName ||
        from.childNodes.length !== to.childNodes.length) {
        from.replaceWith(to.cloneNode(true));
        return;
    }
    if (from.nodeType === Node.TEXT_NODE) {
        if (from.data !== to.data)
            from.data = to.data;
        return;
    }
    for (const {name, value} of to.attributes)
        if (from.getAttribute(name) !== value)
            from.setAttribute(name, value);
    const old = [...from.childNodes], fresh = [...to.childNodes];
    old.forEach((node, n) => morph(node, fresh[n]));
}

async function refresh() {
    const link = document.getElementById('link');
    try {
        const answer = await fetch('/live', {signal: AbortSignal.timeout(5000)});
        if (!answer.ok)
            throw new Error(answer.statusText);
        const fresh = document.createElement('template');
        fresh.innerHTML = `<main id="live">${await answer.text()}</main>`;
        morph(document.getElementById('live'), fresh.content.firstChild);
        link.textContent = 'live';
        link.className = '';
    } catch (error) {
        link.textContent = `no answer: ${error.message}`;
        link.className = 'lost';
    }
    setTimeout(refresh, 1000);
}

refresh();
