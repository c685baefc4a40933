"""Who gets what at which address.

Each row: an address by its name (`*` for many), how it is asked for, what fills its gaps (from
`world.py`), and what each caller gets:

opens    a page without a word of Amina's         sign-in  the page that offers a link by mail
reads    a page with words of hers                log-in   the organisers' log-in
goes-on  to another page, which has a row, too    refused  403
nothing  404, as if it did not exist              too-late 409
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

CALLERS = ["stranger", "another", "she", "partner", "organiser", "liaison"]


@dataclass(frozen=True)
class Row:
    name: str
    method: str
    arguments: list[str]
    outcomes: dict[str, str]


@cache
def rows() -> list[Row]:
    return [_row(line) for line in TABLE.splitlines() if line]


def _row(line: str) -> Row:
    asked, told = line.split("|")
    name, method, *arguments = asked.split()
    return Row(name, method, arguments, dict(zip(CALLERS, told.split(), strict=True)))


TABLE = """
embedded:mailbox                    GET                                                          | log-in   log-in   log-in   log-in   opens    refused
embedded:mail_search                GET                                                          | log-in   log-in   log-in   log-in   goes-on  refused
embedded:mail                       GET  mail                                                    | log-in   log-in   log-in   log-in   opens    refused
embedded:mail_html                  GET  mail                                                    | log-in   log-in   log-in   log-in   opens    refused
rounds:home                         GET                                                          | opens    opens    opens    opens    opens    opens
rounds:list                         GET                                                          | opens    opens    opens    opens    opens    opens
rounds:detail                       GET  running.slug                                            | opens    opens    opens    opens    opens    opens
rounds:privacy                      GET                                                          | opens    opens    opens    opens    opens    opens
rounds:conduct                      GET                                                          | opens    opens    opens    opens    opens    opens
participants:apply_now              GET                                                          | goes-on  goes-on  goes-on  goes-on  goes-on  goes-on
participants:apply                  GET  open.slug                                               | opens    opens    opens    opens    opens    opens
participants:applied                GET  open.slug                                               | opens    opens    opens    opens    opens    opens
participants:apply_again            GET  open.slug                                               | sign-in  goes-on  goes-on  goes-on  sign-in  sign-in
participants:start_over             POST open.slug                                               | goes-on  goes-on  goes-on  goes-on  goes-on  goes-on
participants:finish_later           GET  open.slug                                               | goes-on  goes-on  reads    goes-on  goes-on  goes-on
participants:saved                  GET  open.slug                                               | opens    opens    opens    opens    opens    opens
participants:check                  GET  open.slug                                               | goes-on  goes-on  reads    goes-on  goes-on  goes-on
participants:step                   GET  open.slug draft.step                                    | opens    opens    reads    opens    opens    opens
participants:resume                 GET  draft.token                                             | opens    opens    opens    opens    opens    opens
participants:participation          GET                                                          | sign-in  opens    reads    reads    sign-in  sign-in
participants:sign_in                GET  sign_in_token                                           | opens    opens    opens    opens    opens    opens
participants:sign_out               POST                                                         | goes-on  goes-on  goes-on  goes-on  goes-on  goes-on
participants:address                GET                                                          | sign-in  opens    reads    opens    sign-in  sign-in
participants:address_asked          GET                                                          | sign-in  opens    reads    opens    sign-in  sign-in
participants:confirm_address        GET  change.confirm_token                                    | opens    opens    opens    opens    opens    opens
participants:stop_address           GET  change.stop_token                                       | opens    opens    opens    opens    opens    opens
participants:mails                  GET                                                          | sign-in  opens    opens    opens    sign-in  sign-in
participants:send_link              GET                                                          | opens    opens    opens    opens    opens    opens
participants:link_sent              GET                                                          | opens    opens    opens    opens    opens    opens
participants:export                 GET                                                          | sign-in  opens    reads    opens    sign-in  sign-in
participants:export_json            GET                                                          | sign-in  opens    reads    reads    sign-in  sign-in
participants:export_csv             GET                                                          | sign-in  opens    opens    opens    sign-in  sign-in
participants:erase                  GET                                                          | sign-in  opens    reads    opens    sign-in  sign-in
participants:erased                 GET                                                          | opens    opens    opens    opens    opens    opens
participants:application            GET  amina.token                                             | opens    opens    reads    opens    opens    opens
participants:fresh_link             POST amina.token                                             | sign-in  sign-in  sign-in  sign-in  sign-in  sign-in
participants:confirm                POST unconfirmed.token                                       | goes-on  goes-on  goes-on  goes-on  goes-on  goes-on
participants:correct                GET  asked.token                                             | goes-on  goes-on  reads    goes-on  goes-on  goes-on
participants:withdraw               GET  amina.token                                             | goes-on  goes-on  opens    goes-on  goes-on  goes-on
participants:still_in               GET  asked.still_in_token                                    | opens    opens    opens    opens    opens    opens
participants:stay_in                POST asked.still_in_token                                    | goes-on  goes-on  goes-on  goes-on  goes-on  goes-on
participants:sit_out                POST asked.still_in_token                                    | goes-on  goes-on  goes-on  goes-on  goes-on  goes-on
participants:next_round             POST asked.still_in_token                                    | goes-on  goes-on  goes-on  goes-on  goes-on  goes-on
participants:ask_to_be_told         POST                                                         | opens    opens    opens    opens    opens    opens
participants:alert_asked            GET                                                          | opens    opens    opens    opens    opens    opens
participants:alert                  GET  alert.token                                             | opens    opens    opens    opens    opens    opens
matching:how                        GET                                                          | opens    opens    opens    opens    opens    opens
matching:meter                      POST open.slug                                               | nothing  nothing  opens    nothing  nothing  nothing
matching:check_in                   GET  check_in.token                                          | opens    opens    opens    opens    opens    opens
matching:check_in_answered          GET  check_in.token                                          | goes-on  goes-on  goes-on  goes-on  goes-on  goes-on
matching:change_by_link             GET  check_in.token                                          | opens    opens    opens    opens    opens    opens
matching:rather_change              GET  seat.pk                                                 | sign-in  nothing  opens    nothing  sign-in  sign-in
matching:survey                     GET  survey.token                                            | opens    opens    opens    opens    opens    opens
matching:survey_answered            GET  survey.token                                            | goes-on  goes-on  goes-on  goes-on  goes-on  goes-on
matching:partner                    GET  match.pk                                                | sign-in  nothing  opens    reads    sign-in  sign-in
matching:concern                    GET  match.pk                                                | sign-in  nothing  opens    opens    sign-in  sign-in
matching:concern_told               GET  match.pk                                                | sign-in  nothing  opens    opens    sign-in  sign-in
matching:slot                       GET  match.pk slot                                           | sign-in  nothing  opens    opens    sign-in  sign-in
discussions:list                    GET                                                          | opens    opens    opens    opens    opens    opens
discussions:feed                    GET                                                          | opens    opens    opens    opens    opens    opens
discussions:category                GET  topic.category.slug                                     | opens    opens    opens    opens    opens    opens
discussions:tag                     GET  tag.slug                                                | opens    opens    opens    opens    opens    opens
discussions:topic                   GET  topic.publish_at.year topic.publish_at.month topic.slug | opens    opens    opens    opens    opens    opens
mail:stop                           GET  stop_token                                              | opens    opens    opens    opens    opens    opens
mail:returned                       POST                                                         | nothing  nothing  nothing  nothing  nothing  nothing
admin:index                         GET                                                          | log-in   log-in   log-in   log-in   opens    opens
admin:login                         GET                                                          | opens    opens    opens    opens    goes-on  goes-on
admin:logout                        POST                                                         | log-in   log-in   log-in   log-in   opens    opens
admin:password_change               GET                                                          | log-in   log-in   log-in   log-in   opens    opens
admin:password_change_done          GET                                                          | log-in   log-in   log-in   log-in   opens    opens
admin:autocomplete                  GET                                                          | log-in   log-in   log-in   log-in   refused  refused
admin:jsi18n                        GET                                                          | log-in   log-in   log-in   log-in   opens    opens
admin:view_on_site                  GET  round_type.pk running.pk                                | log-in   log-in   log-in   log-in   goes-on  goes-on
admin:discussions_topic_mail        GET  topic.pk                                                | log-in   log-in   log-in   log-in   opens    refused
admin:discussions_topic_mail_html   GET  topic.pk                                                | log-in   log-in   log-in   log-in   opens    refused
admin:matching_after                GET  running.pk                                              | log-in   log-in   log-in   log-in   opens    opens
admin:matching_after_pairs          GET  running.pk                                              | log-in   log-in   log-in   log-in   opens    opens
admin:matching_after_pair           GET  running.pk match.pk                                     | log-in   log-in   log-in   log-in   opens    nothing
admin:matching_after_end            GET  running.pk match.pk                                     | log-in   log-in   log-in   log-in   opens    nothing
admin:matching_after_note           GET  running.pk seat.pk                                      | log-in   log-in   log-in   log-in   opens    nothing
admin:matching_after_concern        POST running.pk concern.pk                                   | log-in   log-in   log-in   log-in   goes-on  nothing
admin:matching_after_waiting        GET  running.pk                                              | log-in   log-in   log-in   log-in   opens    opens
admin:matching_after_look_again     POST running.pk sol.pk                                       | log-in   log-in   log-in   log-in   nothing  nothing
admin:matching_after_results        GET  running.pk                                              | log-in   log-in   log-in   log-in   opens    refused
admin:matching_after_results_csv    GET  running.pk                                              | log-in   log-in   log-in   log-in   opens    refused
admin:matching_after_answers_csv    POST running.pk                                              | log-in   log-in   log-in   log-in   goes-on  refused
admin:matching_after_find           POST running.pk                                              | log-in   log-in   log-in   log-in   goes-on  refused
admin:matching_after_repair         GET  running.pk published.pk                                 | log-in   log-in   log-in   log-in   nothing  refused
admin:matching_matching_day         GET  coming.pk                                               | log-in   log-in   log-in   log-in   opens    refused
admin:matching_matching_day_close   GET  coming.pk                                               | log-in   log-in   log-in   log-in   opens    refused
admin:matching_matching_day_find    POST coming.pk                                               | log-in   log-in   log-in   log-in   goes-on  refused
admin:matching_search_cancel        POST search.pk                                               | log-in   log-in   log-in   log-in   goes-on  refused
admin:matching_search_progress      GET  search.pk                                               | log-in   log-in   log-in   log-in   opens    refused
admin:matching_compare              GET  coming.pk                                               | log-in   log-in   log-in   log-in   opens    refused
admin:matching_log                  GET  coming.pk                                               | log-in   log-in   log-in   log-in   opens    refused
admin:matching_log_export           POST coming.pk                                               | log-in   log-in   log-in   log-in   opens    refused
admin:matching_paper                GET  coming.pk                                               | log-in   log-in   log-in   log-in   opens    refused
admin:matching_paper_let_go         POST coming.pk                                               | log-in   log-in   log-in   log-in   goes-on  refused
admin:matching_rehearse             GET  coming.pk                                               | log-in   log-in   log-in   log-in   opens    refused
admin:matching_rehearsal            GET  rehearsal.pk                                            | log-in   log-in   log-in   log-in   opens    refused
admin:matching_rehearsal_delete     POST rehearsal.pk                                            | log-in   log-in   log-in   log-in   goes-on  refused
admin:matching_proposal_pair        GET  proposal.pk drafted.pk                                  | log-in   log-in   log-in   log-in   opens    refused
admin:matching_proposal_mark        POST proposal.pk drafted.pk                                  | log-in   log-in   log-in   log-in   goes-on  refused
admin:matching_proposal_unmark      POST proposal.pk drafted.pk                                  | log-in   log-in   log-in   log-in   goes-on  refused
admin:matching_proposal_certificate GET  proposal.pk                                             | log-in   log-in   log-in   log-in   opens    refused
admin:matching_proposal_step        GET  proposal.pk                                             | log-in   log-in   log-in   log-in   nothing  refused
admin:matching_proposal_who_else    GET  proposal.pk mine.pk                                     | log-in   log-in   log-in   log-in   opens    refused
admin:matching_proposal_undo        POST proposal.pk                                             | log-in   log-in   log-in   log-in   too-late refused
admin:matching_proposal_redo        POST proposal.pk                                             | log-in   log-in   log-in   log-in   too-late refused
admin:matching_proposal_publish     GET  proposal.pk                                             | log-in   log-in   log-in   log-in   opens    refused
admin:matching_proposal_mail        GET  proposal.pk draft_seat.pk                               | log-in   log-in   log-in   log-in   opens    refused
admin:matching_proposal_sending     GET  published.pk                                            | log-in   log-in   log-in   log-in   opens    refused
admin:matching_proposal_stop        POST published.pk                                            | log-in   log-in   log-in   log-in   goes-on  refused
admin:matching_proposal_hold        POST published.pk                                            | log-in   log-in   log-in   log-in   goes-on  refused
admin:matching_proposal_resume      POST published.pk                                            | log-in   log-in   log-in   log-in   goes-on  refused
admin:matching_ready                GET  coming.pk                                               | log-in   log-in   log-in   log-in   opens    refused
admin:matching_ready_remind         POST coming.pk                                               | log-in   log-in   log-in   log-in   goes-on  refused
admin:matching_ready_double         GET  coming.pk mine.pk twin.pk                               | log-in   log-in   log-in   log-in   opens    refused
admin:matching_ready_back           POST coming.pk mine.pk                                       | log-in   log-in   log-in   log-in   opens    refused
admin:matching_ready_offer          POST coming.pk mine.pk                                       | log-in   log-in   log-in   log-in   goes-on  refused
admin:matching_ready_cap            POST coming.pk                                               | log-in   log-in   log-in   log-in   opens    refused
admin:matching_ready_words          GET  coming.pk                                               | log-in   log-in   log-in   log-in   opens    refused
admin:matching_ready_add_wishes     GET  coming.pk mine.pk                                       | log-in   log-in   log-in   log-in   opens    refused
admin:matching_ready_read           POST coming.pk mine.pk                                       | log-in   log-in   log-in   log-in   goes-on  refused
admin:participants_user_erase       GET  amina.user.pk                                           | log-in   log-in   log-in   log-in   opens    refused
admin:auth_user_password_change     GET  amina.user.pk                                           | log-in   log-in   log-in   log-in   opens    refused
admin:mail_wording_edit             GET  mail_kind language                                      | log-in   log-in   log-in   log-in   opens    refused
admin:mail_wording_preview          GET  mail_kind language                                      | log-in   log-in   log-in   log-in   opens    refused
admin:mail_wording_restore          POST mail_kind language wording.pk                           | log-in   log-in   log-in   log-in   goes-on  refused
admin:mail_returned_add             GET                                                          | log-in   log-in   log-in   log-in   refused  refused
admin:mail_returned_delete          GET  first.pk                                                | log-in   log-in   log-in   log-in   refused  refused
admin:mail_message_find             POST                                                         | log-in   log-in   log-in   log-in   goes-on  refused
admin:mail_message_try              POST                                                         | log-in   log-in   log-in   log-in   goes-on  refused
admin:mail_message_html             GET  message.pk                                              | log-in   log-in   log-in   log-in   opens    refused
admin:app_list                      GET  app                                                     | log-in   log-in   log-in   log-in   opens    nothing
admin:*_changelist                  GET                                                          | log-in   log-in   log-in   log-in   opens    refused
admin:*_add                         GET                                                          | log-in   log-in   log-in   log-in   opens    refused
admin:*_history                     GET  first.pk                                                | log-in   log-in   log-in   log-in   opens    refused
admin:*_delete                      GET  first.pk                                                | log-in   log-in   log-in   log-in   opens    refused
admin:*_change                      GET  first.pk                                                | log-in   log-in   log-in   log-in   opens    refused
admin:discussions_comment_add       GET                                                          | log-in   log-in   log-in   log-in   refused  refused
admin:mail_message_add              GET                                                          | log-in   log-in   log-in   log-in   refused  refused
admin:matching_proposal_add         GET                                                          | log-in   log-in   log-in   log-in   refused  refused
admin:matching_search_add           GET                                                          | log-in   log-in   log-in   log-in   refused  refused
admin:matching_search_delete        GET  first.pk                                                | log-in   log-in   log-in   log-in   refused  refused
admin:matching_twopeople_add        GET                                                          | log-in   log-in   log-in   log-in   refused  refused
admin:participants_access_add       GET                                                          | log-in   log-in   log-in   log-in   refused  refused
admin:participants_access_delete    GET  first.pk                                                | log-in   log-in   log-in   log-in   refused  refused
admin:participants_application_add  GET                                                          | log-in   log-in   log-in   log-in   refused  refused
admin:participants_openingalert_add GET                                                          | log-in   log-in   log-in   log-in   refused  refused
admin:participants_user_delete      GET  first.pk                                                | log-in   log-in   log-in   log-in   refused  refused
"""
