/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What the page links to, as it is in its files. */
        .section .rodata
        .global style_css, style_css_end, script_js, script_js_end
style_css:
        .incbin "tasks/httpd/style.css"
style_css_end:
script_js:
        .incbin "tasks/httpd/script.js"
script_js_end:
        .section .note.GNU-stack, "", @progbits
