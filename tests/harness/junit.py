# SPDX-License-Identifier: GPL-2.0-or-later
"""Results as the JUnit XML that CI systems show."""
import re
import xml.etree.ElementTree as xml

NOT_XML = re.compile(r'[^\t\n\r\x20-\ud7ff\ue000-\ufffd]')


def write(path, programs):
    """programs: (name, results, seconds, whole output)."""
    root = xml.Element('testsuites')
    for name, results, seconds, output in programs:
        count = {state: sum(r.state == state for r in results)
                 for state in ('failed', 'skipped')}
        suite = xml.SubElement(
            root, 'testsuite', name=name, tests=str(len(results)),
            failures=str(count['failed']), skipped=str(count['skipped']),
            time=f'{seconds:.3f}')
        for result in results:
            _case(suite, name, result)
        if count['failed']:
            xml.SubElement(suite, 'system-out').text = _text(output)
    tree = xml.ElementTree(root)
    xml.indent(tree)
    tree.write(path, encoding='utf-8', xml_declaration=True)


def _case(suite, name, result):
    case = xml.SubElement(suite, 'testcase', name=_text(result.name),
                          classname=name.replace('/', '.'))
    if result.state == 'failed':
        xml.SubElement(case, 'failure', message=_text(result.name)).text = \
            _text(result.detail)
    elif result.state == 'skipped':
        xml.SubElement(case, 'skipped', message=_text(result.detail))


def _text(text):
    return NOT_XML.sub('?', text)
