# SPDX-License-Identifier: GPL-2.0-or-later
"""Reading and drawing the log that docs/log.md defines."""
