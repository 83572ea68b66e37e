"""The fixed texts of the chat, as Telegram HTML written by us."""

START = """<b>Khabardar</b> reads news feeds and tells this chat about incidents and policy \
decisions that match its subscriptions.

Try one of these:
<code>/subscribe blast OR attack country:PK</code>
<code>/subscribe kind:incident place:Sindh killed&gt;=1</code>
<code>/subscribe kind:policy "illegal immigrants"</code>

/help shows every command, /help query the language, /privacy what is stored."""

HELP_HEAD = "<b>What this bot can do</b>"
HELP_FOOT = "/help query explains what can be subscribed to."

HELP_QUERY = """<b>The query language</b>
<code>blast sindh</code> – all of these words
<code>"Jaffar Express"</code> – exactly this phrase
<code>blast OR attack</code> – one of them
<code>blast -cricket</code> – not this word
<code>derail*</code> – any word that begins so
<code>(blast OR attack) quetta</code> – parentheses group

In private, <code>/subscribe @channel blast</code> is for a channel or group with that name, if \
you and the bot administer it.

<b>Fields</b>
<code>kind:incident</code> or <code>kind:policy</code>
<code>type:bombing</code> · <code>action:deport</code>
<code>place:"Khyber Pakhtunkhwa"</code> · <code>country:PK</code> · <code>near:Quetta~50km</code>
<code>killed&gt;=5</code> · <code>injured&gt;0</code> · <code>severity&gt;=severe</code>
<code>actor:BLA</code> · <code>target:train</code> · <code>issuer:"interior ministry"</code>
<code>source:dawn.com</code> · <code>sources&gt;=2</code> · <code>lang:en</code>

Words match in all their forms (bomb, bombs, bombed), never inside another word."""

PRIVACY = """<b>What is stored about this chat</b>
Its number and kind, its settings, subscriptions, digests, mutes and feeds, which alerts it got, \
and what it said is wrong with events. Commands are kept until they are answered. No names, no \
member lists, no other messages.

Subscriptions can reveal interests: they are shown only in this chat and to its administrators, \
and never sent to anybody else. Everything runs on the owner's machine; nothing goes to a cloud or \
language-model service.

A chat that blocks the bot is suspended at once and erased after 90 days. The owner's database \
backups may hold this data until they are overwritten.

/forgetme erases everything of this chat now."""

FORGET_ASK = """This erases everything this bot knows of this chat: subscriptions, feeds it added, \
settings, waiting alerts. It cannot be undone.

Type <code>/forgetme confirm</code> to do it."""

FORGOTTEN = "Done: everything about this chat is erased. /start begins anew."

NOT_ALLOWED = "Only administrators of this chat can do that."
NOT_YOUR_BUTTON = (
    "Only administrators of this chat can do that. "
    "If you are an anonymous one, type the command: /{command} {arguments}"
)
TOO_MANY = "That is too much at once. What else comes within a minute is left unread."
NO_SUCH_COMMAND = "There is no such command; /help lists them."
NOT_A_COMMAND = (
    "I read commands only: /subscribe blast sindh watches for something, /help lists all."
)
FAILED = (
    "This could not be done, for a reason on this side; it is noted for the owner. "
    "Please try again later."
)
