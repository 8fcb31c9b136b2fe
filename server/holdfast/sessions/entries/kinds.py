"""The kinds of entries there are. A reader passes over a kind, a part or a field that it does not know.

| kind            | series           | what it says                                                                              |
|-----------------|------------------|-------------------------------------------------------------------------------------------|
| `session.start` | content          | the first entry; a `ref` to `client` or `native` says where the session comes from        |
| `session.meta`  | content          | a fact that became known: title, branch, folder, a file worked on, a commit, a task       |
| `msg`           | content          | what a person or a model said; `role` is `user`, `assistant` or `system`                  |
| `tool`          | content          | what a tool was asked and answered; an editor's suggestion and what became of it          |
| `summary`       | content          | text that a model wrote about other entries; never the person's words                     |
| `decision`      | content          | what a person wrote down to be kept                                                       |
| `unknown`       | content          | a record of another tool that no rule reads, as it stood there                            |
| `session.end`   | content          | the last entry of a session that ended in order                                           |
| `pin`, `unpin`  | control          | a session or an entry that is to stay, or no longer                                       |
| `tombstone`     | control          | a session or an entry that is to be forgotten everywhere                                  |
| `retention`     | control          | how many days this device keeps what was said and done                                    |
| `device.*`      | control          | what sharing needs                                                                        |

Parts of the type `ref` that are read from any entry, besides what `editor/activity.py` writes: `to` is `native` (`tool`,
`id`), `title` (`name`), `branch` (`name`), `folder` (`path`), `file` (`path`). Those of the control series: `to` is
`session` (`id`), `entry` (`id`, `session`, `tool`, `native_id`), `keep` (`days`, `project`).

The content series of a session is `(device, session)`; the control series of a device is `(device, "ctl")`.
"""

from typing import Final

SESSION_START: Final = "session.start"
SESSION_META: Final = "session.meta"
SESSION_END: Final = "session.end"
MESSAGE: Final = "msg"
TOOL: Final = "tool"
SUMMARY: Final = "summary"
DECISION: Final = "decision"
UNKNOWN: Final = "unknown"
PIN: Final = "pin"
UNPIN: Final = "unpin"
TOMBSTONE: Final = "tombstone"
RETENTION: Final = "retention"

CONTROL: Final = "ctl"
"""The name that stands in the place of a session in a device's control series."""
