"""The blocks of the check: questions with answers, and outcomes."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import BlockGroup, StructBlockValidationError

from pilot_pages.blocks import BodyBlock, TextBlock
from pilot_pages.blocks.facts import FactKeysBlock, ValueWithFacts
from pilot_pages.blocks.links import CallToActionBlock
from pilot_pages.blocks.text import HEADING_LENGTH
from pilot_pages.checker.decision_tree import fill_addresses, make_address
from pilot_pages.checker.form_errors import as_block_error
from pilot_pages.checker.problems import problems_in
from pilot_pages.placeholders import PlaceholderFiller

RULE_HELP = _("Write {wachttijd} for the waiting time of the rules: it then changes with the rule.")


class Sign(blocks.ChoiceBlock):
    """The icon of an outcome."""

    YES, ARRANGE, NOT_YET, NO, ASK = "yes", "arrange", "not_yet", "no", "ask"
    choices = [
        (YES, _("Yes")),
        (ARRANGE, _("Yes, after something is arranged")),
        (NOT_YET, _("Not yet")),
        (NO, _("No")),
        (ASK, _("Unknown: ask")),
    ]


class WordsBlock(blocks.CharBlock):
    """A line of text that may contain a placeholder for the value of a rule."""


class NameBlock(blocks.CharBlock):
    """The name of a question or outcome, to which answers refer; only editors see it."""

    def __init__(self, kind: str = "", **kwargs: Any) -> None:
        self.kind = kind
        kwargs.setdefault("label", _("Name"))
        super().__init__(max_length=40, search_index=False, **kwargs)
        self.field.widget.attrs["data-check-name"] = kind


class TargetInput(forms.TextInput):
    """A text input that check-targets.js turns into a select with the names in the form."""

    def __init__(self) -> None:
        words = {"data-question": _("Questions"), "data-outcome": _("Outcomes")}
        super().__init__({"data-controller": "check-target", **words})

    class Media:
        js = ["backoffice/check-targets.js"]


class TargetBlock(blocks.CharBlock):
    """The target of an answer: the name of a question or an outcome."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Leads to"))
        kwargs.setdefault("help_text", _("Choose a question or an outcome by its name."))
        super().__init__(search_index=False, **kwargs)
        self.field.widget = TargetInput()


class AddressBlock(blocks.CharBlock):
    """The slug of an answer in the URLs of the check."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Word in the address"))
        kwargs.setdefault("required", False)
        kwargs.setdefault(
            "help_text",
            _("Made by itself. Stays as it is when you reword the answer, so that shared addresses go on working."),
        )
        validate_slug = RegexValidator(
            r"^[a-z0-9-]+\Z", _("Only small letters, digits and hyphens, for example “verblijf-opvang”.")
        )
        super().__init__(max_length=60, validators=[validate_slug], search_index=False, **kwargs)


class AnswerBlock(blocks.StructBlock):
    answer = WordsBlock(
        label=_("Answer"),
        help_text=_("The name of a sector is filled in on the sign-up form when the answers go along."),
    )
    hint = WordsBlock(
        label=_("What it means"), required=False, help_text=_("A line in small letters below the answer.")
    )
    to = TargetBlock()
    address = AddressBlock()

    class Meta:
        icon = "radio-full"
        label = _("Answer")
        label_format = "{answer} → {to}"
        form_layout = BlockGroup(children=["answer", "to", "hint"], settings=["address"])


class CheckQuestionBlock(blocks.StructBlock):
    name = NameBlock(kind="question", help_text=_("A word by which answers find this question. Readers don't see it."))
    question = WordsBlock(label=_("Question"), help_text=RULE_HELP)
    explanation = TextBlock(
        label=_("Explanation"), required=False, features=["bold", "ul", "link"], help_text=_("How one finds this out.")
    )
    facts = FactKeysBlock(default=[], label=_("Rules behind this question"))
    answers = blocks.ListBlock(AnswerBlock(), label=_("Answers"), default=[])

    class Meta:
        icon = "help"
        label = _("Question")
        label_format = "{name}: {question}"
        value_class = ValueWithFacts
        description = _("One question on a page of its own; each answer leads to a question or an outcome.")


class NextStepBlock(CallToActionBlock):
    """The next step of an outcome. Without a button of its own it has the one to sign up, if the outcome ends there."""

    heading = WordsBlock(label=_("What to do now"), required=False, max_length=HEADING_LENGTH)
    text = blocks.TextBlock(label=_("Explanation"), required=False, rows=2, help_text=RULE_HELP)
    label = blocks.CharBlock(label=_("Words on the button"), required=False, max_length=60)

    def has_wrong_target(self, value: Any) -> bool:
        return bool(value["page"] or value["url"] or value["label"]) and super().has_wrong_target(value)

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        is_draft = getattr(self, "is_deferred_validation", False)
        if (cleaned["page"] or cleaned["url"]) and not cleaned["label"] and not is_draft:
            raise StructBlockValidationError(
                block_errors={"label": ValidationError(_("Write the words on the button."))}
            )
        return cleaned

    class Meta:
        icon = "arrow-right"
        label = _("Next step")
        label_format = "{heading}"
        template = None


class OutcomeBlock(blocks.StructBlock):
    name = NameBlock(kind="outcome", help_text=_("A word by which answers find this outcome. Readers don't see it."))
    sign = Sign(label=_("Sign"), default=Sign.YES)
    heading = WordsBlock(label=_("Answer in one sentence"), help_text=_("Begin with it: “Yes, you can …”."))
    summary = blocks.TextBlock(label=_("What that means"), rows=3, help_text=RULE_HELP)
    next_step = NextStepBlock()
    body = BodyBlock(
        label=_("The rest"),
        required=False,
        help_text=_("Steps, rules with their sources, … Each block opens on a click."),
    )
    sign_up = blocks.BooleanBlock(
        label=_("End with the way to sign up"), required=False, default=True, help_text=_("The answers go along.")
    )

    class Meta:
        icon = "circle-check"
        label = _("Outcome")
        label_format = "{name}: {heading}"
        description = _("Where the check ends: the answer, and what to do next.")


class TreeBlock(blocks.StreamBlock):
    """All questions and outcomes of a check, which starts at the first question."""

    question = CheckQuestionBlock()
    outcome = OutcomeBlock()

    def clean(self, value: Any) -> Any:
        """Raise an error at each block with a problem, unless a draft is saved."""
        cleaned = super().clean(value)
        if not self.is_deferred_validation:
            fill_addresses(cleaned)
            if problems := problems_in(cleaned):
                raise as_block_error(problems)
        return cleaned

    def get_api_representation(self, value: Any, context: dict[str, Any] | None = None) -> list[dict[str, Any]]:
        """Return the blocks with the addresses of answers as URLs have them."""
        places: list[dict[str, Any]] = super().get_api_representation(value, context)
        fill_addresses(value)
        words = PlaceholderFiller()
        for child, place in zip(value, places, strict=True):
            if child.block_type == "question":
                for answer, row in zip(child.value["answers"], place["value"]["answers"], strict=True):
                    row["address"] = make_address(words, child.value, answer)
        return places

    class Meta:
        collapsed = True
        label = _("Questions and outcomes")
