"""Vendors, and nothing but vendors: what each understands and how it is asked, one file each.

- `stores.py`: what a store of apps is to us (`Store`), and which are on here
- `apple.py`: the App Store; `apple_purchase.py` what it answers as a purchase
- `google.py`: Google Play. `play.py` is its API, `play_purchase.py` what that answers as a purchase, `play_push.py` what Pub/Sub
  brings, `signing_keys.py` what that is checked with, `sealed_reference.py` how its tokens, and those
  of Notion, are kept
- `supabase.py`: a sign-in elsewhere, and its administration; `supabase_token.py` what its tokens say
- `push/`: the services that reach phones and browsers
- `service_account.py`: Google's access tokens, for Google Play and for FCM
- `smtp.py`: mails to a mail server
- `objects.py`: the object store that pictures lie in, a folder or a bucket
- `ai/`: models and chat flows that play characters; `ai_images.py`: one that draws them
- `notion.py`: Notion's API. `notion_connection.py` is what a connection can be asked, `notion_answers.py` what it answers,
  `notion_errors.py` what comes instead, `notion_webhooks.py` what it tells by itself
- `card_writer.py`: a chat model that writes cards
- for several of them: `upstream.py`, a server that is asked within bounds of time, size and number, and how long it asks to wait;
  `breaker.py`, which leaves alone whoever does not answer

An adapter is off unless its settings are there (`adapters.py` says which; the object store is a folder then). Its base URL is
a setting, its library is in an extra and imported where it is used. Nothing here writes to the database or knows what a
purchase or a message is about: that is `game_server/subscriptions`, `game_server/notifications` and `game_server/accounts`.
"""
