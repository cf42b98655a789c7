-- Of each account it is kept for which address the welcome credit was given, as a digest: who takes another address, or
-- closes the account, and comes back has had it.
alter table accounts rename column erased_email_digest to welcomed_email_digest;
alter index accounts_by_erased_email rename to accounts_by_welcomed_email;
update accounts set welcomed_email_digest = sha256(convert_to(email, 'UTF8')) where welcomed_email_digest is null;
