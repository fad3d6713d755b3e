"""Legal forms of companies, as they stand in names: folded (lower case, ASCII, without dots), many words first."""

from __future__ import annotations

_MANY_WORDS = """
gmbh & co kgaa|gmbh & co kg|gmbh & co ohg|gmbh u co kg|gmbh und co kg|gmbh co kg|ag & co kg|ag & co kgaa|ug & co kg
se & co kgaa|se & co kg|ug haftungsbeschrankt|ug haftungsbeschraenkt|e k|e v|e g|s a r l|s a s|s a s u|s a|s p a
s r l|s r l s|s l|s l u|s l p|s c a|s n c|s a de c v|sa de cv|s de r l de c v|s de rl de cv|sapi de cv
s a p i de c v|s a u|s a c|s r o|spol s r o|a s|d o o|d d|sp z o o|sp zoo|sp j|sp k|z o o|k s|a d|o o d|e o o d|k k
y k|b v|n v|c v|v o f|private limited|pvt ltd|pvt limited|pte ltd|pty ltd|pty limited|proprietary limited|sdn bhd
co ltd|co limited|company limited|public limited company|limited liability company|limited company
limited partnership|co inc|co llc|l l c|l l p|p l c|p c|societe anonyme|sociedad anonima|sociedad limitada
societa per azioni|gesellschaft mit beschrankter haftung|aktiengesellschaft|naamloze vennootschap
besloten vennootschap|public joint stock company|joint stock company|j s c|o j s c|p j s c|de rl|de cv|of america
"""

_ONE_WORD = """
gmbh mbh ag kg kgaa ohg gbr ug ek ev eg se sarl sas sasu sa spa srl srls sl slu slp sca snc sau sac cv sapi sro as
asa ab aps oy oyj ay ky hf ehf doo dd ad ood eood kk yk gk bv nv vof cvba bvba sprl ltd limited plc llp llc inc
incorporated corp corporation co company lp pllc pc pvt pte pty proprietary bhd sdn tbk pt cc jsc ojsc pjsc ooo oao
zao tov zoo spzoo sia uab ou as kft zrt nyrt bt eirl ltda me epp eireli sapa ae epe ike dac clg ulc fzco fze fzc
llc wll saoc saog
"""

# Written in their own scripts, anywhere in the name and without spaces around them.
NATIVE = (
    "株式会社", "(株)", "有限会社", "(有)", "合同会社", "(同)", "合資会社", "合名会社", "一般社団法人", "(社)",
    "주식회사", "(주)", "유한회사", "(유)", "유한책임회사", "합자회사",
    "股份有限公司", "有限责任公司", "有限責任公司", "有限公司", "股份公司", "集团有限公司",
    "ООО", "ОАО", "ПАО", "ЗАО", "ТОВ", "АО", "ΑΕ", "ΕΠΕ", "บริษัท", "จำกัด",
)  # fmt: skip

MANY_WORDS: tuple[tuple[str, ...], ...] = tuple(
    sorted(
        {tuple(form.split()) for line in _MANY_WORDS.split("\n") for form in line.split("|") if form.strip()},
        key=lambda words: (-len(words), words),
    )
)
ONE_WORD: frozenset[str] = frozenset(_ONE_WORD.split())
