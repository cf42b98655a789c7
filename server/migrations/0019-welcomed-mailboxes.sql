-- The welcome credit is given once for a mailbox: `name+tag` is the mailbox of `name`, and Gmail counts no dots. Digests of
-- addresses that have gone since stay as they are.
update accounts set welcomed_email_digest = sha256(convert_to(mailbox, 'UTF8'))
from (
  select id, case
    when untagged ~ '@(gmail|googlemail)\.com$' then replace(split_part(untagged, '@', 1), '.', '') || '@gmail.com'
    else untagged
  end as mailbox
  from (select id, regexp_replace(email, '^(.[^+@]*)\+[^@]*@', '\1@') as untagged from accounts) as addresses
) as mailboxes
where mailboxes.id = accounts.id
  and accounts.welcomed_email_digest = sha256(convert_to(accounts.email, 'UTF8'));
