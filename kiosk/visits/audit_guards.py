"""The triggers that let the audit log only grow, as the migrations make them.

They are never edited here: databases have them in exactly this form, and `audit_verify` compares. A later
form is a later migration: 0009 lets go of the beginning of a chain, as far as ``audit_cut`` names it.
"""

from __future__ import annotations

SQLITE_GUARDS: tuple[str, ...] = (
    """CREATE TRIGGER audit_entry_kept BEFORE DELETE ON audit_entry
    BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END""",
    """CREATE TRIGGER audit_entry_fixed BEFORE UPDATE ON audit_entry
    BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END""",
    # REPLACE INTO deletes without asking the first of these
    """CREATE TRIGGER audit_entry_next BEFORE INSERT ON audit_entry
    WHEN NEW.sequence <>
        (SELECT coalesce(max(sequence), 0) + 1 FROM audit_entry WHERE chain = NEW.chain)
    BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END""",
    """CREATE TRIGGER audit_chain_kept BEFORE DELETE ON audit_chain
    BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END""",
    """CREATE TRIGGER audit_chain_grows BEFORE UPDATE ON audit_chain
    WHEN NEW.sequence <= OLD.sequence OR NEW.chain <> OLD.chain
    BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END""",
)

POSTGRESQL_GUARDS: tuple[str, ...] = (
    """CREATE FUNCTION kiosk_audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'the audit log is only added to'; END $$""",
    """CREATE FUNCTION kiosk_audit_next() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.sequence <>
            (SELECT coalesce(max(sequence), 0) + 1 FROM audit_entry WHERE chain = NEW.chain)
        THEN RAISE EXCEPTION 'the audit log is only added to'; END IF;
        RETURN NEW;
    END $$""",
    """CREATE FUNCTION kiosk_audit_grows() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.sequence <= OLD.sequence OR NEW.chain <> OLD.chain
        THEN RAISE EXCEPTION 'the audit log is only added to'; END IF;
        RETURN NEW;
    END $$""",
    """CREATE TRIGGER audit_entry_kept BEFORE UPDATE OR DELETE ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION kiosk_audit_refuse()""",
    """CREATE TRIGGER audit_entry_whole BEFORE TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION kiosk_audit_refuse()""",
    """CREATE TRIGGER audit_entry_next BEFORE INSERT ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION kiosk_audit_next()""",
    """CREATE TRIGGER audit_chain_kept BEFORE DELETE ON audit_chain
    FOR EACH ROW EXECUTE FUNCTION kiosk_audit_refuse()""",
    """CREATE TRIGGER audit_chain_whole BEFORE TRUNCATE ON audit_chain
    FOR EACH STATEMENT EXECUTE FUNCTION kiosk_audit_refuse()""",
    """CREATE TRIGGER audit_chain_grows BEFORE UPDATE ON audit_chain
    FOR EACH ROW EXECUTE FUNCTION kiosk_audit_grows()""",
)


SQLITE_CUT_GUARDS: tuple[str, ...] = (
    """CREATE TRIGGER audit_entry_kept BEFORE DELETE ON audit_entry
    WHEN OLD.sequence > (SELECT coalesce(max(sequence), 0) FROM audit_cut WHERE chain = OLD.chain)
    BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END""",
    """CREATE TRIGGER audit_entry_next BEFORE INSERT ON audit_entry
    WHEN NEW.sequence <> 1 + max(
        (SELECT coalesce(max(sequence), 0) FROM audit_entry WHERE chain = NEW.chain),
        (SELECT coalesce(max(sequence), 0) FROM audit_cut WHERE chain = NEW.chain))
    BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END""",
    """CREATE TRIGGER audit_cut_kept BEFORE DELETE ON audit_cut
    BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END""",
    """CREATE TRIGGER audit_cut_grows BEFORE UPDATE ON audit_cut
    WHEN NEW.sequence <= OLD.sequence OR NEW.chain <> OLD.chain
    BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END""",
)

POSTGRESQL_CUT_GUARDS: tuple[str, ...] = (
    """CREATE FUNCTION kiosk_audit_lawful() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' AND OLD.sequence <=
            (SELECT coalesce(max(sequence), 0) FROM audit_cut WHERE chain = OLD.chain)
        THEN RETURN OLD; END IF;
        RAISE EXCEPTION 'the audit log is only added to';
    END $$""",
    """CREATE OR REPLACE FUNCTION kiosk_audit_next() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.sequence <> 1 + greatest(
            (SELECT coalesce(max(sequence), 0) FROM audit_entry WHERE chain = NEW.chain),
            (SELECT coalesce(max(sequence), 0) FROM audit_cut WHERE chain = NEW.chain))
        THEN RAISE EXCEPTION 'the audit log is only added to'; END IF;
        RETURN NEW;
    END $$""",
    """CREATE TRIGGER audit_entry_kept BEFORE UPDATE OR DELETE ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION kiosk_audit_lawful()""",
    """CREATE TRIGGER audit_cut_kept BEFORE DELETE ON audit_cut
    FOR EACH ROW EXECUTE FUNCTION kiosk_audit_refuse()""",
    """CREATE TRIGGER audit_cut_whole BEFORE TRUNCATE ON audit_cut
    FOR EACH STATEMENT EXECUTE FUNCTION kiosk_audit_refuse()""",
    """CREATE TRIGGER audit_cut_grows BEFORE UPDATE ON audit_cut
    FOR EACH ROW EXECUTE FUNCTION kiosk_audit_grows()""",
)


def name_of(guard: str) -> str:
    """``CREATE TRIGGER name …``"""
    return guard.split()[2]


def in_force(dialect: str) -> dict[str, str]:
    """Name -> text of each trigger that a database of today has to have."""
    both = (
        (*SQLITE_GUARDS, *SQLITE_CUT_GUARDS)
        if dialect == "sqlite"
        else (*POSTGRESQL_GUARDS, *POSTGRESQL_CUT_GUARDS)
    )
    return {name_of(guard): guard for guard in both if guard.startswith("CREATE TRIGGER ")}
