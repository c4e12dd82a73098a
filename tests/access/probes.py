"""What is tried for every table and every function. One that is missing here fails the matrix."""

import json
import uuid

import psycopg

from tests.access.scene import ACTORS, HERE, PARTY
from tests.world import Actor

STAFF = ACTORS["delegate_expired"]
# Refusals that mean "not you". Any other answer means that the caller got as far as the rule itself.
NOT_YOU = {"ROLE1", "SIGN1", "SEEN1", "INTR1", "OWNR1", "SEAT1", "42501", *(f"NOPW{number}" for number in range(1, 7))}


def rows(scene):
    """Label -> (table, condition). Each finds at least one row when the owner looks."""
    world, person = scene.world, scene.world.person
    d = f"dossier_id = '{scene.checked}'"
    found = {
        "dossier, filed": ("dossier", f"id = '{scene.checked}'"),
        "dossier, draft": ("dossier", f"id = '{scene.draft}'"),
        "dossier, draft typed at the counter": ("dossier", f"id = '{scene.counter}'"),
        "document, identity paper": ("document", f"id = '{scene.identity}'"),
        "document, any other": ("document", f"id = '{scene.document}'"),
        **{f"message, thread {t}": ("message", f"{d} and thread = '{t}'") for t in ("applicant", "agents", "services")},
        **committee_rows(scene.committee),
        "event, act": ("event", f"{d} and kind = 'deposited'"),
        "event, internal": ("event", f"{d} and kind = 'paper_requested'"),
        "decision, not notified": ("decision", d),
        "decision, notified": ("decision", f"dossier_id = '{scene.refused}' and notified_at is not null"),
        "paper, permit not handed over": ("paper", f"id = '{scene.permit}'"),
        "person": ("person", f"id = '{person(PARTY)}'"),
        "person, staff": ("person", f"id = '{person(STAFF)}'"),
        "membership": ("membership", f"person_id = '{person(STAFF)}'"),
        "invitation": ("invitation", f"id = '{scene.invitation}'"),
        "delegation": ("delegation", f"id = '{scene.delegation}'"),
        "absence": ("absence", f"id = '{scene.absence}'"),
        "vacancy": ("vacancy", f"id = '{scene.vacancy}'"),
        "organisation, public body": ("organisation", f"id = '{world.organisation('clerk', HERE)}'"),
        "organisation, company": ("organisation", f"id = '{scene.company_office}'"),
        "organisation, architects": ("organisation", f"id = '{scene.architects_office}'"),
        "site_session": ("site_session", f"person_id = '{person(PARTY)}'"),
        "signing_key": ("signing_key", f"id = '{scene.key}'"),
        "signature": ("signature", f"paper_id = '{scene.permit}'"),
        "payment": ("payment", f"fee_order_id = '{scene.fee_order['id']}'"),
        "copy_sent": ("copy_sent", f"id = '{scene.copy}'"),
        "task": ("task", f"id = '{scene.task['id']}'"),
        "administrative_act": ("administrative_act", f"commune_id = '{scene.commune}'"),
        "commune_procedure": ("commune_procedure", f"commune_id = '{scene.commune}'"),
    }
    for table in tables(world):
        if table not in found and not any(label.startswith(f"{table}, ") for label in found):
            found[table] = (table, d if "dossier_id" in columns(world, table) else "true")
    return found


def committee_rows(committee):
    d = f"dossier_id = '{committee.before}'"
    return {
        "dossier, before the committee": ("dossier", f"id = '{committee.before}'"),
        "document, plan before the committee": ("document", f"id = '{committee.plan}'"),
        "message, thread committee": ("message", f"{d} and thread = 'committee'"),
        "opinion, of a service": ("opinion", "seat_id is null"),
        "opinion, given by a member": ("opinion", f"id = '{committee.opinion}'"),
        "opinion, drafted by a member": ("opinion", f"id = '{committee.drafted['opinion']}'"),
        "paper, minutes": ("paper", f"id = '{committee.minutes}'"),
        "task, of a member": ("task", f"{d} and role = 'member_agency'"),
        "event, opinion": ("event", f"{d} and kind = 'opinion'"),
        "committee": ("committee", f"organisation_id = '{committee.body}'"),
        "session": ("session", f"id = '{committee.session}'"),
        "agenda_item": ("agenda_item", d),
        "attendance": ("attendance", f"session_id = '{committee.session}'"),
        "seat": ("seat", d),
        "remark": ("remark", d),
        "opinion_signature": ("opinion_signature", f"opinion_id = '{committee.opinion}'"),
        "seat_signature": ("seat_signature", f"paper_id = '{committee.minutes}'"),
    }


def tables(world):
    return [
        row["name"]
        for row in world.owner.rows(
            "select relname as name from pg_class where relnamespace = 'app'::regnamespace and relkind in ('r', 'p') order by 1"
        )
    ]


def columns(world, table):
    return [
        row["c"]
        for row in world.owner.rows(
            "select attname as c from pg_attribute where attrelid = %s::regclass and attnum > 0 and not attisdropped", f"app.{table}"
        )
    ]


def calls(scene):
    """Function -> (arguments, what its answer must hold for the caller to have got something; None: the answer does not matter)."""
    own = scene.world.owner
    d, opinions = scene.checked, scene.counselled
    nothing = str(uuid.uuid4())
    task = own.value("select id from app.task where dossier_id = %s and role = 'technical' and closed_at is null", opinions)
    clerks_task = own.value("select id from app.task where dossier_id = %s and role = 'clerk' and closed_at is null", d)
    member = own.value("select id from app.membership where person_id = %s", scene.world.person(STAFF))
    office = scene.world.organisation("clerk", HERE)
    number = own.value("select number from app.dossier where id = %s", d)
    absent = {"p_from": "2026-01-05", "p_to": "2026-01-06", "p_order_no": "1", "p_order_date": "2026-01-05"}
    reason = [{"text": "Motif", "article": "12"}]
    return {
        # -- the public
        "catalogue": ({"p_commune": scene.commune}, "URB-08"),
        "commune_map": ({"p_commune": scene.commune}, HERE),
        "daily_digests": ({}, None),
        "demonstration_accounts": ({}, "accounts"),
        "demonstration_mailbox": ({}, None),
        "holidays": ({"p_year": 2026}, "2026"),
        "invitation": ({"p_token": "none"}, None),
        "me": ({}, "memberships"),
        "track": ({"p_number": number, "p_code": "00000000"}, "found"),
        "trust_roots": ({}, None),
        "verify_code": ({"p_code": "0000-0000-0000"}, "unknown"),
        "verify_digest": ({"p_data_digest": "none"}, "unknown"),
        "session_read": ({"p_id_hash": "none"}, None),
        "session_claim": ({"p_id_hash": "none", "p_generation": 0}, None),
        "session_renew": ({"p_id_hash": "none", "p_generation": 1, "p_sealed": "x"}, None),
        "session_close": ({"p_id_hash": "none"}, None),
        "session_language": ({"p_id_hash": "none", "p_language": "fr"}, None),
        # -- oneself
        "session_open": ({"p_id_hash": uuid.uuid4().hex * 2, "p_sealed": "x", "p_language": "fr"}, None),
        "session_close_others": ({"p_id_hash": "none"}, None),
        "my_profile": ({}, "email"),
        "my_dossiers": ({}, d),
        "my_signing_key": ({}, scene.key),
        "notices": ({}, "probe of the matrix"),
        "read_notices": ({}, None),
        "update_profile": ({"p_data": {"language": "fr"}}, None),
        "home": ({}, None),
        "accept_invitation": ({"p_token": "none"}, None),
        "accept_claim": ({"p_dossier": d, "p_code": "none"}, None),
        "claim_dossier": ({"p_number": number, "p_code": "none"}, None),
        "start_draft": ({"p_commune": scene.commune, "p_procedure": "URB-08"}, None),
        # -- the applicant's side
        "draft_page": ({"p_dossier": scene.draft}, "definition"),
        "save_draft": ({"p_dossier": scene.draft, "p_changes": {"ref_surface": 90}, "p_base": 1, "p_editor": "x"}, None),
        "deposit": ({"p_dossier": scene.draft, "p_token": nothing}, None),
        "discard_draft": ({"p_dossier": scene.draft}, None),
        "change_procedure": ({"p_dossier": scene.draft, "p_procedure": "none"}, None),
        "complete_deposit": ({"p_dossier": d}, None),
        "register_document": ({"p_dossier": scene.draft, "p_slot": "title", "p_path": "x", "p_file_name": "x", "p_size": 1}, None),
        "remove_document": ({"p_document": scene.document}, None),
        "add_party": ({"p_dossier": scene.draft, "p_email": "frere@example.test"}, None),
        "withdraw_invitations": ({"p_dossier": scene.draft}, None),
        "end_mandate": ({"p_dossier": d, "p_person": nothing}, None),
        "share_with_company": ({"p_dossier": d}, None),
        "dossier_for_applicant": ({"p_dossier": d}, number),
        "withdraw": ({"p_dossier": d, "p_reason": "Je renonce"}, None),
        "appeal": ({"p_dossier": scene.refused, "p_level": "president", "p_grounds": "Motif"}, None),
        "claim_silence": ({"p_dossier": d}, None),
        "ask_attestation": ({"p_dossier": d}, None),
        "answer_request": ({"p_request": scene.asked_request, "p_note": "Voici"}, None),
        "record_notification": ({"p_decision": scene.unnotified, "p_how": "hand"}, None),
        "acknowledge_request": ({"p_request": scene.asked_request, "p_how": "hand"}, None),
        # -- whoever reads a dossier
        "clock_band": ({"p_dossier": d}, "legal"),
        "open_document": ({"p_document": scene.identity, "p_purpose": "Etude"}, "path"),
        "verify_record": ({"p_dossier": d}, None),
        "read_thread": ({"p_dossier": d, "p_thread": "applicant"}, None),
        "post_message": ({"p_dossier": d, "p_thread": "agents", "p_body": "Bonjour"}, None),
        # -- the counter and the study
        "queue": ({"p_commune": scene.commune}, d),
        "queue_export": ({"p_commune": scene.commune}, d),
        "queue_choices": ({"p_commune": scene.commune}, None),
        "queue_neighbours": ({"p_commune": scene.commune, "p_filter": {}, "p_dossier": d}, None),
        "dossier_page": ({"p_dossier": d}, number),
        "counter_dossiers": ({"p_commune": scene.commune}, None),
        "act": ({"p_dossier": d, "p_action": "transmit"}, None),
        "take_task": ({"p_task": clerks_task}, None),
        "set_verdict": ({"p_document": scene.document, "p_verdict": "conform"}, None),
        "ask_applicant": ({"p_dossier": d, "p_kind": "information", "p_items": []}, None),
        "declare_interest": ({"p_dossier": d, "p_reason": "Voisin"}, None),
        "give_opinion": ({"p_task": task, "p_outcome": "favourable"}, None),
        # -- the decision, the pen, the till
        "decide": ({"p_dossier": scene.deciding, "p_kind": "refusal", "p_reasons": reason}, None),
        "sign_instead": ({"p_decision": scene.signed["decision"]}, None),
        "papers_to_sign": ({}, scene.signed["paper"]),
        "paper_to_sign": ({"p_paper": scene.signed["paper"]}, scene.signed["digest"]),
        "sign_paper": ({"p_paper": scene.signed["paper"], "p_digest": "x", "p_cms": "x", "p_key": scene.key}, None),
        "enrol_key": ({"p_sealed_key": "x", "p_request_pem": "x"}, None),
        "record_payment": ({"p_fee_order": scene.order, "p_means": "cash"}, None),
        "orders_to_collect": ({}, scene.order),
        "payments_of_day": ({"p_commune": scene.commune}, scene.fee_order["dossier_id"]),
        "revoke": ({"p_dossier": scene.delivered, "p_reasons": reason}, None),
        "answer_appeal": ({"p_appeal": scene.appeal["id"], "p_outcome": "rejected", "p_answer": "Non"}, None),
        "record_inspection": ({"p_dossier": scene.delivered, "p_finding": "conform"}, None),
        "permits_to_inspect": ({}, scene.inspected),
        "copies_received": ({}, scene.copy),
        "see_copy": ({"p_copy": scene.copy}, None),
        "ask_explanations": ({"p_dossier": d, "p_number": "412/CAB"}, None),
        "explain_silence": ({"p_dossier": d, "p_text": "Voici"}, None),
        "attest_silence": ({"p_dossier": d}, None),
        "decline_attestation": ({"p_dossier": d, "p_reasons": reason}, None),
        **committee_calls(scene.committee),
        # -- those who supervise and manage
        "governor_board": ({}, scene.commune),
        "commune_outlines": ({"p_province": "09.541"}, "Polygon"),
        "people_page": ({"p_organisation": office}, '"members": [{'),
        "invite": ({"p_organisation": office, "p_email": "neuf@example.test", "p_role": "clerk"}, None),
        "withdraw_invitation": ({"p_invitation": scene.invitation}, None),
        "end_membership": ({"p_membership": member}, None),
        "create_organisation": ({"p_kind": "company", "p_name_fr": "Bureau", "p_name_ar": "مكتب", "p_province": scene.province}, None),
        "delegate_signature": (
            {
                "p_commune": scene.commune,
                "p_delegate": nothing,
                "p_order_no": "1",
                "p_order_date": None,
                "p_procedures": [],
                "p_from": None,
                "p_to": None,
            },
            None,
        ),
        "revoke_delegation": ({"p_delegation": scene.delegation}, None),
        "record_absence": ({"p_organisation": office, "p_role": "delegate", "p_person": nothing, **absent}, None),
        "end_absence": ({"p_absence": scene.absence}, None),
        "declare_vacancy": ({"p_organisation": office, "p_role": "clerk", "p_since": None, "p_cause": "none"}, None),
        "name_acting": (
            {"p_vacancy": scene.vacancy, "p_acting": nothing, "p_text": "x", "p_order_no": "1", "p_order_date": None},
            None,
        ),
        "recuse": ({"p_number": number, "p_person": nothing, "p_reason": "Voisin"}, None),
        "revoke_certificate": ({"p_key": scene.key, "p_why": "none"}, None),
        "powers_page": ({"p_organisation": office}, "pens"),
        "enable_procedure": ({"p_commune": scene.commune, "p_procedure": "URB-08"}, None),
        "open_commune": ({"p_commune": scene.commune}, None),
        "set_commune_contact": ({"p_commune": scene.commune, "p_contact": {}}, None),
        "disable_procedure": ({"p_commune": scene.commune, "p_procedure": "URB-08"}, None),
        "administration_page": ({"p_commune": scene.commune}, "offers"),
        "fee_trial": ({"p_version": scene.version, "p_settings": {}, "p_answers": {}}, None),
        "holiday_effect": ({"p_day": "2026-12-24", "p_adding": True}, None),
        "holidays_page": ({"p_year": 2026}, None),
        "move_holiday": ({"p_from": "2016-02-02", "p_to": "2016-02-03", "p_status": "none", "p_source": "x"}, None),
        "record_page": ({"p_number": number}, number),
        "set_holiday": (
            {"p_day": "2026-12-24", "p_name_fr": "x", "p_name_ar": "x", "p_category": "none", "p_status": "none", "p_source": "x"},
            None,
        ),
        "remove_holiday": ({"p_day": "2016-02-02"}, None),
        "set_demonstration_clock": ({"p_commune": scene.commune, "p_at": None}, None),
        # -- the worker
        "worker_claim": ({"p_kinds": ["none"]}, None),
        "worker_done": ({"p_job": scene.job["id"], "p_token": nothing, "p_result": {}}, None),
        "worker_failed": ({"p_job": scene.job["id"], "p_token": nothing, "p_fault": "x"}, None),
        "worker_back": ({"p_job": scene.job["id"], "p_token": nothing}, None),
        "worker_job_data": ({"p_job": scene.job["id"]}, None),
        "worker_mails": ({"p_limit": 1}, None),
        "worker_mail_sent": ({"p_id": scene.outbox["id"], "p_token": nothing}, None),
        "worker_mails_back": ({"p_tokens": []}, None),
        "worker_announce": ({"p_certificates": [], "p_digest_key": "x", "p_public_url": ""}, None),
        "worker_sign_digest": ({"p_day": "1999-01-01", "p_signature": "x"}, None),
        "worker_tick": ({"p_commune": nothing}, None),
    }


def committee_calls(c):
    """Every verb of the committee on the dossier, the session or the paper where it is due."""
    here = {"p_dossier": c.before, "p_document": c.plan, "p_page": 1, "p_x": 0.1, "p_y": 0.1}
    key = {"p_digest": "x", "p_cms": "x", "p_key": str(uuid.uuid4())}
    sitting = {"p_held_at": "2030-03-04T10:00:00Z", "p_place": "Salle", "p_link": "https://salle.example.test"}
    opinion = {"p_outcome": "with_reservations", "p_reasons": "Motif", "p_article": "12", "p_items": [{"text": "Escalier"}]}
    agency = {"p_role": "member_agency", "p_organisation": c.agency}
    return {
        "committee_calendar": ({}, c.session),
        "set_committee": ({"p_organisation": c.body, "p_settings": {"sealing": 3}}, None),
        "plan_session": ({"p_organisation": c.body, **sitting}, None),
        "move_session": ({"p_session": c.planned, **sitting}, None),
        "propose_agenda": ({"p_session": c.planned}, None),
        "set_agenda": ({"p_session": c.planned, "p_dossiers": []}, None),
        "convene_session": ({"p_session": c.planned}, None),
        "cancel_session": ({"p_session": c.session, "p_reason": "Panne"}, None),
        "open_session": ({"p_session": c.session}, None),
        "close_session": ({"p_session": c.session}, None),
        "postpone_item": ({"p_session": c.session, "p_dossier": c.before, "p_note": "Panne"}, None),
        "mark_attendance": ({"p_session": c.session, **agency, "p_status": "absent"}, None),
        "add_guest": ({"p_session": c.session, "p_name": "x", "p_quality": "x"}, None),
        "remove_guest": ({"p_session": c.session, "p_name": "x", "p_quality": "x"}, None),
        "session_page": ({"p_session": c.session}, c.before),
        "committee_desk": ({"p_dossier": c.before}, c.number),
        "add_seat": ({"p_dossier": c.before, "p_role": "member_rail", "p_article": "art. 26"}, None),
        "draft_opinion": ({"p_seat": c.seats["member_commune"], **opinion}, None),
        "sign_opinion": ({"p_opinion": c.drafted["opinion"], **key}, None),
        "add_remark": ({**here, "p_body": "x", "p_audience": "private"}, None),
        "answer_remark": ({"p_remark": c.remarks["architect"], "p_answer": "x"}, None),
        "resolve_remark": ({"p_remark": c.remarks["architect"]}, None),
        "remove_remark": ({"p_remark": c.remarks["private"]}, None),
        "ask_complement": ({"p_dossier": c.before, "p_items": [{"target": "masse", "note": "x"}]}, None),
        "draw_minutes": ({"p_dossier": c.collected}, None),
        "minutes_to_sign": ({}, c.minutes),
        "prepare_minutes": ({"p_paper": c.minutes}, None),
        "sign_minutes": ({"p_signature": c.prepared["signature"], **key}, None),
        "seal_minutes": ({"p_paper": c.minutes}, None),
        "verify_minutes": ({"p_paper": c.minutes}, "sound"),
        "resume_deferred": ({"p_dossier": c.deferred}, None),
    }


def reached(world, name, tried):
    """Functions in which this person gets further than a refusal that says "not you", or finds what the answer should hold."""
    found = set()
    for function, answer, code in answers(world, name, tried):
        needle = tried[function][1]
        if code not in NOT_YOU and (needle is None or str(needle) in answer):
            found.add(function)
    return found


def answers(world, name, tried):
    """What this person hears of each call, which the database then forgets: (function, the answer as text, None), (function, "", code)."""
    speaker = actor(world, name)
    with world.connection.transaction(force_rollback=True), psycopg.ClientCursor(world.connection) as cursor:
        claims = {"role": speaker.role} | ({"sub": str(speaker.person)} if speaker.person else {})
        cursor.execute(
            "select set_config('request.jwt.claims', %s, true), set_config('role', %s, true)", [json.dumps(claims), speaker.role]
        )
        for function, (call, _) in tried.items():
            cursor.execute("savepoint untouched")
            try:
                answer, code = json.dumps(cursor.execute(call).fetchall(), default=str, ensure_ascii=False), None
            except psycopg.Error as error:
                answer, code = "", error.sqlstate
            cursor.execute("rollback to untouched; release untouched")
            yield function, answer, code


def spoken(world, tried):
    """The calls as SQL, each written once."""
    with psycopg.ClientCursor(world.connection) as cursor:
        return {name: (cursor.mogrify(*world.owner._call_of(name, params)), needle) for name, (params, needle) in tried.items()}


def seen(world, name, asked, readable):
    """Labels of the probes whose rows this person sees, in one question."""
    speaker = actor(world, name)
    asked = {label: probe for label, probe in asked.items() if probe[0] in readable[speaker.role]}
    query = " union all ".join(
        f"select '{label}' as label where exists (select from app.{table} where {condition})" for label, (table, condition) in asked.items()
    )
    return {row["label"] for row in speaker.rows(query)}


def actor(world, name):
    person = None if name == "nobody" else world.person(name)
    return Actor(world.connection, person=person, role="anon" if person is None else "authenticated")
