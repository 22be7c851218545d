"""What must be so of what stands both here and in Notion. SQL for storage/proofs.py; passed over where Notion is not there."""

from storage.proofs import Proof, any_of

PAGES = Proof(
    name="notion_pages",
    group="sync",
    proves="A page that is as here is a page and a row",
    mend="SET ROLE game_owner; UPDATE notion_pages SET state = 'pending', due_at = now() WHERE id = '…'; RESET ROLE;"
    "  (it is looked at anew)",
    needs=("notion_pages",),
    sql="SELECT p.id FROM notion_pages p WHERE p.state = 'synced' AND num_nonnulls(p.entity_id, p.page_id) < 2",
)

CONFLICTS = Proof(
    name="notion_conflicts",
    group="sync",
    proves="What is in conflict with a page is kept until its person decides, and nothing else is",
    mend="SET ROLE game_owner; UPDATE notion_pages SET state = 'pending', due_at = now() WHERE id = '…'; RESET ROLE;"
    "  (both sides are compared anew)",
    needs=("notion_pages", "notion_conflicts"),
    sql=any_of(
        "SELECT p.id FROM notion_pages p LEFT JOIN notion_conflicts c ON c.page = p.id"
        " WHERE p.state = 'conflict' AND c.page IS NULL",
        "SELECT c.page FROM notion_conflicts c JOIN notion_pages p ON p.id = c.page"
        " WHERE (c.user_id, c.kind) <> (p.user_id, p.kind)",
    ),
)

OF_NOTION = (PAGES, CONFLICTS)
